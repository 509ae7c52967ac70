"""Records that the assets after `features` pass to each other, stored as JSON."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.claims import Claim
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.tasks.metrics import Metric


class DataProfile(BaseModel):
    """Summary statistics of a table, and claims about its quality."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    summary: dict[str, float]
    claims: list[Claim]


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


class RegisteredVersion(BaseModel):
    """A registered version as of the materialization of the asset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    version: str
    stage: str
    passed: bool
    is_new: bool
    staged_at: datetime | None
    dataset_version: str


class ProductionVersion(BaseModel):
    """The production version, if any, and the version that waits for approval, if any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    version: str | None
    previous: str | None
    waiting: str | None
    why: str
    dataset_version: str
