"""What the overview knows of a model, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from mlops_assets.monitoring.day_facts import DayFacts, DayVerdict
from mlops_assets.registry.overview import ModelSummary, VersionFacts

DAYS = 30
"""Days of a sparkline, counted back from the newest."""


@dataclass(frozen=True)
class Retrain:
    """A run of the retrain job. `at`: its creation time, ISO 8601 in UTC; `day`: of its data."""

    run_id: str
    at: str
    day: date
    status: str
    result: str = ""
    why: str = ""

    @property
    def outcome(self) -> str:
        """`promoted 3`, `rejected 4`, `unchanged`; or the run's status where that is all."""
        if self.status == "success" and self.result:
            return self.result
        return "failed" if self.status == "failure" else self.status

    @property
    def failed(self) -> bool:
        """Whether it produced nothing that can serve."""
        return self.status == "failure" or self.result.startswith("rejected")


@dataclass(frozen=True)
class LoopStatus:
    """What the drift sensor decided at its last tick. `alert`: the kind of one that is open."""

    status: str
    said: str
    since: str = ""
    episode: date | None = None
    alert: str = ""
    stopped: bool = False


@dataclass(frozen=True)
class ModelRow:
    """A model: what serves, its days, its loop, its last retrain and what waits for a person.

    `name` is the model's name in Dagster; `in_defs` is False if no defs.yaml has it any more.
    `since` is the day of the promotion of what serves, in the model's time zone.
    """

    name: str
    registered: ModelSummary
    since: str = ""
    in_defs: bool = True
    days: Sequence[DayFacts] = ()
    loop: LoopStatus | None = None
    retrain: Retrain | None = None
    waiting: tuple[str, ...] = field(default=())

    @property
    def serving(self) -> VersionFacts | None:
        """The version in production, if any."""
        return self.registered.production

    @property
    def newest(self) -> Sequence[DayFacts]:
        """The days of a sparkline, oldest first."""
        return self.days[-DAYS:]

    @property
    def drifting(self) -> bool:
        """Whether the newest day with a verdict drifted."""
        return self.newest_verdict == "drift"

    @property
    def newest_verdict(self) -> DayVerdict | None:
        """The verdict on the newest day that has one."""
        return next((it for facts in reversed(self.days) if (it := own_verdict(facts))), None)

    @property
    def dropped(self) -> bool:
        """Whether performance has dropped on the newest day where it is known."""
        judged = [it.performance.status for it in self.days if it.performance]
        return [it for it in judged if it != "unknown"][-1:] == ["dropped"]

    @property
    def urgency(self) -> int:
        """0 if it waits for a person, 1 if it drifts, has dropped or failed, 2 if all is well."""
        if self.waiting:
            return 0
        failed = self.retrain is not None and self.retrain.failed
        return 1 if self.drifting or self.dropped or failed else 2


def own_verdict(facts: DayFacts) -> DayVerdict | None:
    """The verdict on a day against the version that scored it."""
    return facts.verdict(facts.drift.version if facts.drift else "")
