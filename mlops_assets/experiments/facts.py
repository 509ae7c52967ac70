"""What is known of an experiment at the end of a day, as it is stored and shown."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Outcome = Literal["none", "looking", "challenger", "champion", "no_difference", "mismatch"]


class VariantFacts(BaseModel):
    """One side: its version, units, outcomes and times."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant: str
    version: str = Field(description="Such as registry-3.")
    rows: int
    units: int
    labelled: int = Field(description="Units whose first prediction has a label.")
    mean: float | None = Field(description="The metric over the labelled units.")
    median_ms: float | None
    p99_ms: float | None
    errors: int


class Look(BaseModel):
    """The difference, challenger less champion, of all units until the end of a day.

    Above zero the challenger is better, whatever the metric.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: date
    units: int = Field(description="Labelled units of both variants.")
    difference: float
    low: float
    high: float


class ExperimentFacts(BaseModel):
    """The state of the newest experiment of a model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    experiment: str = ""
    outcome: Outcome
    recommendation: str
    metric: str = ""
    shadow: bool = False
    day: int = Field(default=0, description="Which day of the experiment this is; the first is 1.")
    days: int = Field(default=0, description="Planned days.")
    variants: list[VariantFacts] = []
    mismatch_p: float | None = Field(
        default=None,
        description="p-value of the sample ratio; below 0.001 the assignment is broken.",
    )
    looks: list[Look] = []
    dataset_version: str = Field(default="none", description="Hash of the predictions and labels.")

    def of(self, name: str) -> VariantFacts | None:
        """One variant; None before it has predicted."""
        return next((it for it in self.variants if it.variant == name), None)
