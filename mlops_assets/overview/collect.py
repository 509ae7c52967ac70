"""Collect the rows of the overview: a fixed number of queries, however many models there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.overview.dagster_facts import last_retrains, loops
from mlops_assets.overview.event_log import EventLog, Seen
from mlops_assets.overview.records import ModelRow
from mlops_assets.overview.waiting import waiting
from mlops_assets.platform.dagster.home import dagster_home, open_instance
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.overview import ModelSummary, all_models, summaries
from mlops_assets.registry.promoted_at import day_promoted, with_promotions_of_models
from mlops_assets.registry.reading import ACKNOWLEDGED
from mlops_assets.spec.model_names import registered_names
from mlops_assets.spec.time_zones import time_zones

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import dagster as dg
    from mlflow.entities.model_registry import RegisteredModel


@dataclass(frozen=True)
class Fleet:
    """All models of a home. Keep it: reading again is quicker, because only news is read."""

    settings: Settings
    log: EventLog = field(default_factory=EventLog)

    def rows(self, instance: dg.DagsterInstance | None = None) -> list[ModelRow]:
        """A row per model: what waits for a person first, then what is not well; by name."""
        in_defs = self.in_defs()
        with explained(self.settings):
            client = open_store(self.settings)
            models = {it.name: it for it in all_models(client)}
            known = summaries(client, list(models.values()))
            known = with_promotions_of_models(self.settings.ledger_url, known)
        known += [ModelSummary(it, "", "", None, None) for it in in_defs if it not in models]
        rows = self._with_dagster(known, in_defs, models, instance)
        return sorted(rows, key=lambda row: (row.urgency, row.registered.model_name.lower()))

    def in_defs(self) -> dict[str, str]:
        """The name in Dagster of each model in defs.yaml, by its name in the registry."""
        found = registered_names(self.settings.defs)
        return {registered: name for name, registered in found.items()}

    def zones(self) -> dict[str, ZoneInfo]:
        """The time zone of each model, by its name in the registry; UTC for one without."""
        return time_zones(self.settings.defs)

    def has_dagster(self) -> bool:
        """Whether Dagster has ever run in this home; looking must not create its storage."""
        return (dagster_home(self.settings) / "dagster.yaml").exists()

    def _with_dagster(
        self,
        known: list[ModelSummary],
        in_defs: Mapping[str, str],
        models: Mapping[str, RegisteredModel],
        instance: dg.DagsterInstance | None,
    ) -> list[ModelRow]:
        if instance is None and self.has_dagster():
            with open_instance(self.settings) as opened:
                return self._with_dagster(known, in_defs, models, opened)
        names = {it.model_name: in_defs.get(it.model_name, it.model_name) for it in known}
        seen = self.log.refresh(instance) if instance else {}
        own = {name: seen.get(name, Seen()) for name in names.values()}
        retrains = last_retrains(instance, own) if instance else {}
        states, zones = loops(instance) if instance else {}, self.zones()
        return [
            ModelRow(
                name=name,
                registered=it,
                since=day_promoted(it.production, zones) if it.production else "",
                in_defs=it.model_name in in_defs,
                days=own[name].facts(),
                loop=states.get(name),
                retrain=retrains.get(name),
                waiting=tuple(
                    waiting(
                        it.staged,
                        states.get(name),
                        _acknowledged(models.get(it.model_name)),
                        own[name].queue,
                    )
                ),
            )
            for it in known
            for name in (names[it.model_name],)
        ]


def named(rows: Sequence[ModelRow], given: str) -> ModelRow | None:
    """The model called `given` in the registry, or else in defs.yaml; None if there is none."""
    registered = [row for row in rows if row.registered.model_name == given]
    return next(iter([*registered, *(row for row in rows if row.name == given)]), None)


def find(rows: Sequence[ModelRow], given: str) -> ModelRow:
    """The model that the user calls `given`. Raises `InputError` if there is none."""
    if row := named(rows, given):
        return row
    raise InputError(
        seen=f"no model {given!r} in the registry or in defs.yaml",
        expected="the name of a model",
        todo="see `mlops-assets models`",
    )


def _acknowledged(model: RegisteredModel | None) -> date | None:
    day = model.tags.get(ACKNOWLEDGED) if model else None
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:  # the tag was written by hand
        return None
