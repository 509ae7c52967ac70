"""What a backtest keeps of each day, one line of JSON a day, so that it can go on later."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.monitoring.day_facts import DayFacts
from mlops_assets.retraining.loop_state import Attempt, Outcome
from mlops_assets.retraining.state import State

Trigger = Literal["timer", "loop"]


class PlayedRetrain(BaseModel):
    """A retrain at the end of a day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trigger: Trigger
    outcome: Outcome
    why: str = Field("", description="What triggered it, or why it was rejected or failed.")
    attempt: Attempt | None = Field(None, description="Of a retrain that the loop asked for.")


class PlayedDay(BaseModel):
    """One day under one policy. `facts` has the performance as it is once all labels are there."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    day: date
    version: int = Field(description="The version that scored the day.")
    trained_on: date = Field(description="The day at whose end that version was trained.")
    rows: int
    value: float | None = Field(
        description="The metric on all labelled rows of the day; None where it is undefined."
    )
    facts: DayFacts
    alerts: list[str] = Field(default_factory=list, description="Kinds of the alerts raised.")
    retrains: list[PlayedRetrain] = Field(default_factory=list)
    state: State = Field(default_factory=State, description="That of the loop after the day.")
    seconds: float = Field(description="CPU time of the day's work, retrains included.")
    fit_seconds: float = Field(0.0, description="CPU time of the fits alone.")

    @property
    def verdict(self) -> str:
        """The drift verdict on the day; empty if none was asked for."""
        return self.facts.verdict(str(self.version)) or ""

    @property
    def promoted(self) -> bool:
        """Whether a new version serves from the next day on."""
        return any(it.outcome == "promoted" for it in self.retrains)
