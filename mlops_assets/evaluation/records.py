"""What `trained_model` and `evaluation` hand to the next asset, stored as JSON."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

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
    """Rows that share a feature's value or quartile, and their error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slice: str
    rows: int
    error: float = Field(description="Share of wrong labels, or mean absolute error.")
    low: float = Field(description="Lower end of its 95 % interval.")
    high: float
    worse_by: float = Field(description="How far `low` is above the error of all rows.")


class Evaluation(BaseModel):
    """A model's metrics on the holdout, and the verdict of its gates."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trained_model: TrainedModel
    metrics: dict[str, Metric]
    verdict: Verdict
    holdout_rows: int
    training_rows: int
    slices: tuple[Slice, ...] = Field(default=(), description="The worst first.")
