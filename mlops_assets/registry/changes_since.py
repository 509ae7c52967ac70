"""What changed in a model since the version before: data, code, parameters and metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.platform.markdown import plain
from mlops_assets.registry.overview import VersionFacts
from mlops_assets.registry.version_number import version_number
from mlops_assets.tasks.metrics.metric import written

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.registry.reading import ModelReader

MOST_LINES = 12
MISSING = "-"
ABOUT = {"dataset_version": "data", "trained_through": "data through", "code_version": "code"}


@dataclass(frozen=True)
class Change:
    """A value that differs from that of the version before."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what}: {self.before} → {self.after}"


@dataclass(frozen=True)
class ChangesSince:
    """The changes since version `version`, which is empty for a first one."""

    version: str = ""
    changes: tuple[Change, ...] = ()

    def lines(self) -> list[str]:
        """As a Markdown list, the first of them."""
        shown = [f"- {plain(it)}" for it in self.changes[:MOST_LINES]]
        more = len(self.changes) - len(shown)
        return [*shown, *([f"- … and {more} more in model_card.html"] if more else [])]


def changes_since_before(model: ModelReader, version: ModelVersion) -> ChangesSince:
    """What is different in `version` from the newest version with a lower number."""
    before = _before(model, version)
    if before is None:
        return ChangesSince()
    was, now = (VersionFacts.of(model, it, with_run=True) for it in (before, version))
    return ChangesSince(was.version, tuple(_changes(was, now)))


def _before(model: ModelReader, version: ModelVersion) -> ModelVersion | None:
    number = int(version_number(version.version))
    return next((it for it in model.versions() if int(it.version) < number), None)


def _changes(was: VersionFacts, now: VersionFacts) -> Iterator[Change]:
    about = [(name, getattr(was, field), getattr(now, field)) for field, name in ABOUT.items()]
    about += [("Git commit", was.git.short, now.git.short)]
    metrics = _pairs(_metrics(was), _metrics(now))
    for name, before, after in [*about, *_pairs(was.params, now.params), *metrics]:
        if before != after:
            yield Change(name, before or MISSING, after or MISSING)


def _pairs(was: Mapping[str, str], now: Mapping[str, str]) -> list[tuple[str, str, str]]:
    return [(name, was.get(name, ""), now.get(name, "")) for name in {**was, **now}]


def _metrics(facts: VersionFacts) -> dict[str, str]:
    """Each metric of all rows with its interval, as text."""
    return {
        name: " ".join(
            written(it["value"], it.get("low", it["value"]), it.get("high", it["value"]))
        )
        for name, it in facts.metrics.items()
        if "/" not in name
    }
