"""A running experiment: which version answers which rows of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mlops_assets.errors import logger
from mlops_assets.experiments.assignment import CHAMPION, unit_hash, variant
from mlops_assets.features.labels import label_text
from mlops_assets.serving.hourly_file import HourlyFile
from mlops_assets.serving.served_model import ServedModel, Version
from mlops_assets.spec.experiment import Experiment

LOG = logger(__name__)
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Part:
    """Rows of a request that one version answers, and their places in it.

    `experiment` is empty for rows outside of one. `units` are hashes, "" for a row without a unit.
    """

    served: ServedModel
    rows: Rows
    places: Sequence[int]
    variant: str = CHAMPION
    experiment: str = ""
    units: Sequence[str] = ()


@dataclass(frozen=True)
class Trial:
    """A pair of versions; immutable, so a request sees one pair whole."""

    name: str
    plan: Experiment
    champion: Version
    challenger: ServedModel
    key: bytes
    errors: HourlyFile
    shadow_log: HourlyFile

    def parts(self, served: ServedModel, rows: Rows, units: Sequence[str | None]) -> list[Part]:
        """Split the rows by variant. A row without a unit takes part in a shadow alone."""
        hashed = [unit_hash(self.key, unit) if unit else "" for unit in units]
        places: dict[tuple[str, str], list[int]] = {}
        for place, unit in enumerate(units):
            places.setdefault(self._variant(unit), []).append(place)
        return [
            Part(
                served if name == CHAMPION else self.challenger,
                [rows[it] for it in chosen],
                chosen,
                name,
                experiment,
                [hashed[it] for it in chosen],
            )
            for (name, experiment), chosen in places.items()
        ]

    def failed(self, request: str, side: str, error: Exception) -> None:
        """Count an error of a variant; its text may hold values of the row, so it is left out."""
        now, kind = datetime.now(UTC), type(error).__name__
        line = {"at": now, "request": request, "variant": side, "error": kind}
        self.errors.append(now, [{**line, "experiment": self.name}])
        LOG.error("%s: the %s fails with %s", self.challenger.name, side, kind)

    def _variant(self, unit: str | None) -> tuple[str, str]:
        """The variant, and the experiment if the row takes part."""
        if self.plan.shadow:
            return CHAMPION, self.name
        if unit is None:
            return CHAMPION, ""
        return variant(self.name, unit, self.plan.share), self.name


def units_of(rows: Rows, plan: Experiment) -> list[str | None]:
    """The unit of each row as text; None where it did not come."""
    return [label_text(row.get(plan.unit or "")) for row in rows]
