"""What the decision to retrain rests on: the policy, the loop state and the retrains so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

DayVerdict = Literal["clean", "drift", "inconclusive", "outage"]
UNDECIDED = ("inconclusive", "outage")
Outcome = Literal["running", "promoted", "staged", "unchanged", "rejected", "canceled", "failed"]
TAG = "mlops_assets/retrain_"


class Attempt(BaseModel):
    """One retrain that this policy started: what it was started on, and what came of it.

    Everything but the outcome travels in the run's tags, so the run store remembers it for us.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    production_version: str = Field(description="The version that served when it was started.")
    episode: date = Field(description="First drifted day of the episode, which names it.")
    number: int = Field(ge=1, description="1 for the first retrain of the episode.")
    day: date = Field(description="The newest day when it was started.")
    new_labels: int = Field(ge=0, description="New labelled rows when it was started.")
    judged: date | None = Field(
        default=None, description="The newest day whose quality was known when it was started."
    )
    outcome: Outcome = Field(
        default="running",
        description="staged: passed its gates and waits for approval; unchanged: nothing new to "
        "register; rejected: by its gates; canceled: by a person; failed: anything else.",
    )

    @property
    def tags(self) -> dict[str, str]:
        """The tags of its run."""
        known = {name: value for name, value in self if name != "outcome" and value is not None}
        return {TAG + name: str(value) for name, value in known.items()}

    def run_key(self, model: str) -> str:
        """`heart_disease/3/2026-01-05/1`; however often it is asked for, one run starts."""
        return f"{model}/{self.production_version}/{self.episode}/{self.number}"

    def __str__(self) -> str:
        """`attempt 1 of episode 2026-01-05`."""
        return f"attempt {self.number} of episode {self.episode}"

    @classmethod
    def from_tags(cls, tags: Mapping[str, str], outcome: Outcome) -> Attempt:
        """Read back from the tags of its run; `ValidationError` where one is missing."""
        own = {name[len(TAG) :]: value for name, value in tags.items() if name.startswith(TAG)}
        return cls.model_validate({**own, "outcome": outcome})


class LoopState(BaseModel):
    """All that is known now. It alone decides about a retrain, so no memory can be wrong about it.

    Time is counted in days of data, never by the clock: days may come late, twice or out of
    order, and the clock may go backwards.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    production_version: str = Field(default="", description="Empty where none serves.")
    in_production_since: date = Field(
        default=date.min,
        description="Day of its promotion, or of the rollback to it; later days count.",
    )
    days: dict[date, DayVerdict] = Field(
        default_factory=dict,
        description="Verdicts against that version; 30 days back are enough.",
    )
    note: str = Field(default="", description="On the newest day, such as `40 rows, 120 needed`.")
    performance: Literal["ok", "dropped", "unknown"] = "unknown"
    performance_day: date | None = Field(default=None, description="The day it was seen on.")
    new_labels: int = Field(
        default=0, ge=0, description="Labelled rows that came after that version was trained."
    )
    in_flight: str = Field(
        default="",
        description="The retrain of this model that runs now, whoever started it, in words.",
    )
    retrains: tuple[Attempt, ...] = Field(
        default=(), description="Those this policy started while that version served, in any order."
    )
    acknowledged: date | None = Field(
        default=None, description="The newest episode that a person has acknowledged."
    )

    @property
    def newest(self) -> date:
        """The newest day with a verdict, whatever it is."""
        return max(self.days, default=self.in_production_since)

    @property
    def last(self) -> Attempt | None:
        """The latest retrain for this version; one from before a rollback to it is history."""
        mine = (
            retrain
            for retrain in self.retrains
            if retrain.production_version == self.production_version
            and retrain.episode > self.in_production_since
        )
        return max(mine, key=lambda retrain: (retrain.episode, retrain.number), default=None)

    def drifted_days(self, after: date) -> dict[date, int]:
        """Drifted days later than `after`, newest first, each with its age in days.

        Inconclusive days and outages take no place: a day before them is not older for them.
        """
        ages, age, day = {}, 0, self.newest
        oldest = max(min(self.days, default=day), after + timedelta(days=1))
        while day >= oldest:
            verdict = self.days.get(day)
            if verdict == "drift":
                ages[day] = age
            age += verdict not in UNDECIDED
            day -= timedelta(days=1)
        return ages
