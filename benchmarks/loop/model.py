"""A model in production as seen by the retrain policy: days, versions and a run store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from benchmarks.loop.world import day
from mlops_assets.retraining.decide import decide
from mlops_assets.retraining.loop_state import Attempt, DayVerdict, LoopState, Outcome
from mlops_assets.retraining.state import Action, Retrain, State
from mlops_assets.spec.retrain import Policy

POLICY = Policy()
NEW_LABELS = 10_000
"""Enough for any retrain, and constant: only the cool-down ends a latch."""
KEPT_DAYS = 30
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SERVES_SINCE = day(-KEPT_DAYS)


class Model:
    """Its first version has been in production for a month; a run key starts at most one run."""

    def __init__(self) -> None:
        self.state = State()
        self.version = 1
        self.since = SERVES_SINCE
        self.today = SERVES_SINCE
        self.days: dict[date, DayVerdict] = {}
        self.runs: dict[str, Attempt] = {}

    def judged(self, today: date, verdict: DayVerdict) -> None:
        """Add the verdict on a day."""
        self.today = today
        self.days[today] = verdict
        self.days.pop(today - timedelta(days=KEPT_DAYS), None)

    def asks(self, in_flight: str = "") -> tuple[State, Action]:
        """The current decision of the policy."""
        report = LoopState(
            model="heart_disease",
            production_version=str(self.version),
            in_production_since=self.since,
            days=self.days,
            new_labels=NEW_LABELS,
            in_flight=in_flight or ("own retrain" if self.running else ""),
            retrains=tuple(self.runs.values()),
        )
        return decide(self.state, report, NOW, POLICY)

    def follow(self) -> bool:
        """Ask the policy and follow it; True if a retrain was started."""
        self.state, action = self.asks()
        return isinstance(action, Retrain) and self.start(action)

    def start(self, retrain: Retrain) -> bool:
        """Launch its run; False if its run key exists."""
        if retrain.run_key in self.runs:
            return False
        self.runs[retrain.run_key] = retrain.attempt
        return True

    @property
    def running(self) -> str:
        """Run key of the policy's own retrain in flight; empty if none."""
        return next((key for key, run in self.runs.items() if run.outcome == "running"), "")

    def end(self, outcome: Outcome) -> None:
        """End the policy's own retrain in flight; if promoted, its version goes into production."""
        key = self.running
        self.runs[key] = self.runs[key].model_copy(update={"outcome": outcome})
        if outcome == "promoted":
            self.promote()

    def promote(self) -> None:
        """Put a new version into production; verdicts against the old one no longer count."""
        self.version, self.since, self.days = self.version + 1, self.today, {}
