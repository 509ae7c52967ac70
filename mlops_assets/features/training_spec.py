"""What decides a fit besides the data and the kind of model: the table it is fitted on."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.features.columns import Columns, Task, is_supervised
from mlops_assets.features.splitting import Split


class TrainingSpec(BaseModel):
    """The columns of a model's table, what each is for, and which rows are held out.

    The part of a defs.yaml that every fit needs. It is recorded with each version, so that the
    version can be fitted again.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    timestamp: str | None = Field(None, description="Column that says when a row happened.")
    window: str | None = Field(
        None,
        pattern=r"^[1-9]\d{0,3}[dhw]$",
        description="Train on the newest rows only, such as 90d.",
    )
    identity: list[str] = Field(default_factory=list, description="Columns that name a row.")
    target: str | None = Field(
        None, description="The column to predict; for a deduplication the one in `ground_truth`."
    )
    task: Task = Field(
        "classification",
        description="classification, regression or deduplication; default: the kind's first.",
    )
    positive: str | int | None = Field(None, description="Of two classes, the one that counts.")
    columns: Columns = Field(description="The columns to learn from, by role.")
    personal: list[str] = Field(
        default_factory=list,
        description="Columns with personal data: masked wherever people look. So is `identity`.",
    )
    split: Split = Field(default_factory=Split, description="Which rows are held out.")
    seed: int = Field(0, ge=0, lt=2**32, description="Fixes everything that is random.")

    @property
    def is_supervised(self) -> bool:
        """Whether the model learns from a target that the training rows have."""
        return is_supervised(self.task)

    @property
    def training_target(self) -> str | None:
        """The target where the training rows have it; None for a model that learns without."""
        return self.target if self.is_supervised else None

    @property
    def masked(self) -> list[str]:
        """Columns whose values nobody is shown."""
        return [*self.identity, *(name for name in self.personal if name not in self.identity)]

    @property
    def shown_columns(self) -> Columns:
        """The feature columns whose values may be shown."""
        return self.columns.without(self.masked)
