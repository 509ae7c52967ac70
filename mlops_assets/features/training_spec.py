"""The part of a model's spec that determines its training table."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.features.columns import Columns, Task, is_supervised
from mlops_assets.features.splitting import Split


class TrainingSpec(BaseModel):
    """The columns of a model's table, their purpose, and the holdout split.

    The part of defs.yaml that every fit needs. It is recorded with each version, so that the
    version can be refitted.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    timestamp: str | None = Field(None, description="Column with the time of a row.")
    window: str | None = Field(
        None,
        pattern=r"^[1-9]\d{0,3}[dhw]$",
        description="Train only on rows of this period up to the newest, such as 90d, 12w or 48h; "
        "needs `timestamp`. Default: all rows.",
    )
    identity: list[str] = Field(
        default_factory=list,
        description="Columns that identify a row. They decide whether the row is held out, labels "
        "are joined on them, and their values are masked.",
    )
    target: str | None = Field(
        None,
        description="The column to predict; for deduplication, the column in `ground_truth`.",
    )
    task: Task = Field(
        "classification",
        description="Machine learning task. Default: the first that the kind of model supports.",
    )
    positive: str | int | None = Field(
        None, description="The positive class of a binary classification."
    )
    columns: Columns = Field(description="The feature columns, by role.")
    split: Split = Field(
        default_factory=Split, description="Which rows are held out for evaluation."
    )
    seed: int = Field(0, ge=0, lt=2**32, description="Random seed of training and evaluation.")

    @property
    def is_supervised(self) -> bool:
        """Whether the task is supervised."""
        return is_supervised(self.task)

    @property
    def training_target(self) -> str | None:
        """The target column of the training rows; None if the task is unsupervised."""
        return self.target if self.is_supervised else None
