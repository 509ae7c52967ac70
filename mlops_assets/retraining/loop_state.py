"""The loop state that the decision to retrain is based on, and the retrains so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.evaluation.expected_day import Excess
from mlops_assets.monitoring.day_facts import DayVerdict

UNDECIDED = ("inconclusive", "outage")
Outcome = Literal["running", "promoted", "staged", "unchanged", "rejected", "canceled", "failed"]
CHANGED_NOTHING = ("rejected", "staged", "unchanged", "canceled")
"""Outcomes after which the same version serves, though nothing failed."""
TAG = "mlops_assets/retrain_"


class Attempt(BaseModel):
    """A retrain started by the policy: what triggered it, and its outcome.

    Everything but the outcome is stored in the run's tags.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    production_version: str = Field(description="The production version when it was started.")
    episode: date = Field(description="First drifted day of the episode, which identifies it.")
    number: int = Field(ge=1, description="1 for the first retrain of the episode.")
    day: date = Field(description="The newest day when it was started.")
    new_labels: int = Field(ge=0, description="New labelled rows when it was started.")
    judged: date | None = Field(
        default=None, description="The newest day with known performance when it was started."
    )
    outcome: Outcome = Field(
        default="running",
        description="staged: passed its gates and waits for approval; unchanged: nothing new to "
        "register; rejected: by its gates; canceled: by a user; failed: for any other reason.",
    )

    @property
    def tags(self) -> dict[str, str]:
        """The tags of its run."""
        values = {name: value for name, value in self if name != "outcome" and value is not None}
        return {TAG + name: str(value) for name, value in values.items()}

    def run_key(self, model: str) -> str:
        """The run key, such as `heart_disease/3/2026-01-05/1`: repeated requests start one run."""
        return f"{model}/{self.production_version}/{self.episode}/{self.number}"

    def __str__(self) -> str:
        """`attempt 1 of episode 2026-01-05`."""
        return f"attempt {self.number} of episode {self.episode}"

    @classmethod
    def from_tags(cls, tags: Mapping[str, str], outcome: Outcome) -> Attempt:
        """Read an attempt from the tags of its run; `ValidationError` if one is missing."""
        own = {name[len(TAG) :]: value for name, value in tags.items() if name.startswith(TAG)}
        return cls.model_validate({**own, "outcome": outcome})


class LoopState(BaseModel):
    """Everything that the decision to retrain depends on; no state from earlier ticks matters.

    Time is counted in days of data, never by the clock: days may arrive late, twice or out of
    order, and the clock may go backwards.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    production_version: str = Field(default="", description="Empty if there is none.")
    in_production_since: date = Field(
        default=date.min,
        description="Day of its promotion, or of the rollback to it; only later days count.",
    )
    days: dict[date, DayVerdict] = Field(
        default_factory=dict,
        description="Drift verdicts against that version; the last 30 days are enough.",
    )
    spans: dict[date, int] = Field(
        default_factory=dict,
        description="How many days up to a day were judged together, where it is more than one.",
    )
    note: str = Field(
        default="", description="Details of the newest verdict: `40 rows, 120 needed`."
    )
    performance: Literal["ok", "dropped", "unknown"] = "unknown"
    performance_day: date | None = Field(default=None, description="The day it was measured on.")
    excesses: dict[date, Excess] = Field(
        default_factory=dict,
        description="How much worse than that version expects each labelled day since then was.",
    )
    estimated_drop: str = Field(
        default="",
        description="The drop that is expected of the newest day without labels, in words; empty "
        "if none is. It alerts and never retrains.",
    )
    waits_for: str = Field(
        default="",
        description="Why the labels of the newest day that has some are not judged yet, in words.",
    )
    new_labels: int = Field(
        default=0, ge=0, description="Labelled rows that arrived after that version was trained."
    )
    in_flight: str = Field(
        default="",
        description="The running retrain of this model, however it was started, in words.",
    )
    trial_days: int = Field(
        default=0,
        ge=0,
        description="Planned length of the experiment of a staged version; 0 without one.",
    )
    retrains: tuple[Attempt, ...] = Field(
        default=(),
        description="Retrains that the policy started while that version was in production, in "
        "any order.",
    )
    acknowledged: date | None = Field(
        default=None, description="The newest episode that has been acknowledged."
    )
    by_schedule: bool = Field(
        default=False,
        description="Whether a scheduled retrain put it into production: no cool-down follows, or "
        "a nightly retrain would keep the loop in it for ever.",
    )

    @property
    def newest(self) -> date:
        """The newest day with any verdict."""
        return max(self.days, default=self.in_production_since)

    @property
    def own_retrains(self) -> list[Attempt]:
        """The retrains for this version, oldest first; none from before a rollback to it."""
        own = (
            retrain
            for retrain in self.retrains
            if retrain.production_version == self.production_version
            and retrain.episode > self.in_production_since
        )
        return sorted(own, key=lambda retrain: (retrain.episode, retrain.number))

    @property
    def last(self) -> Attempt | None:
        """The latest retrain for this version."""
        return next(reversed(self.own_retrains), None)

    def drifted_days(self, after: date, *, overlapping: bool = False) -> dict[date, int]:
        """Drifted days later than `after`, newest first, with their age in days.

        Inconclusive days and outages are skipped: they do not add to the age of earlier days. So
        are days that were judged together with a later one, unless `overlapping`: their rows count
        once.
        """
        ages, age, day = {}, 0, self.newest
        oldest = max(min(self.days, default=day), after + timedelta(days=1))
        while day >= oldest:
            verdict = self.days.get(day)
            if verdict == "drift":
                ages[day] = age
            undecided = verdict in UNDECIDED
            age += not undecided
            single = undecided or overlapping
            day -= timedelta(days=1 if single else self.spans.get(day, 1))
        return ages

    @property
    def last_judged(self) -> date:
        """The newest day with a verdict on drift or performance; before any, the promotion's."""
        decided = [day for day, verdict in self.days.items() if verdict not in UNDECIDED]
        known = [*decided, *filter(None, [self.performance_day])]
        first = min(self.days, default=self.newest) - timedelta(days=1)
        return max(known, default=max(self.in_production_since, first))
