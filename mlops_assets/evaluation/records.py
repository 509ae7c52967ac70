"""What `trained_model` and `evaluation` hand to the next asset, stored as JSON."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.evaluation.chance import LEVEL
from mlops_assets.evaluation.expected_day import ExpectedDay
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.tasks.metrics.metric import Metric


class TrainedModel(BaseModel):
    """A fitted model in MLflow, and the data and code it was fitted with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model_id: str
    run_id: str
    fingerprint: str
    dataset_version: str
    code_version: str
    reused: bool
    seen_through: date | None = Field(
        default=None, description="The newest day in its training data."
    )

    @property
    def uri(self) -> str:
        """The URI that MLflow loads the model from."""
        return f"models:/{self.model_id}"


class Slice(BaseModel):
    """Rows that share a column's value or quartile, or those of two columns, and their error.

    With a `p_value`, it was found on one half of the holdout, and everything else is measured on
    the other half.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    slice: str
    rows: int
    error: float = Field(description="Share of wrong labels, or mean absolute error.")
    low: float = Field(description="Lower end of its 95 % interval.")
    high: float
    worse_by: float = Field(description="How far `low` is above the error of all rows.")
    p_value: float | None = Field(
        default=None,
        description="Of a permutation test that it is no worse than other rows, corrected for the "
        "number of slices that were tested; None if it was not tested.",
    )

    @property
    def is_worse(self) -> bool:
        """Whether it was confirmed to be worse or, untested, its interval is above all rows."""
        return self.worse_by > 0 if self.p_value is None else self.p_value < LEVEL


class Evaluation(BaseModel):
    """A model's metrics on the holdout, and the verdict of its gates."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trained_model: TrainedModel
    metrics: dict[str, Metric]
    verdict: Verdict
    holdout_rows: int
    training_rows: int
    slices: tuple[Slice, ...] = Field(default=(), description="The worst first.")
    expected_day: ExpectedDay | None = Field(
        default=None,
        description="What the holdout lets expect of a day. None: it lacks the monitored metric, "
        "or of an older release.",
    )
