"""The part of a model's spec that determines its training table."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from mlops_assets.features.columns import Columns, Role
from mlops_assets.features.splitting import Split
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.registry import TaskField

GROUP = "group"
"""Which rows belong together, such as the candidates of a job: a column of that role alone does not
describe a row, and is not monitored."""
CONTEXT_ROLES: dict[str, Role] = {
    "sensitive": "categorical",
    "weight": "numeric",
    GROUP: "categorical",
}
"""The context roles of every task, with the type of their values; a task can have more."""


def _as_list(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


ContextColumns = Annotated[list[str], BeforeValidator(_as_list)]


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
    task: TaskField = Field(
        CLASSIFICATION.name,
        validate_default=True,
        description="Machine learning task. Default: the first that the kind of model supports.",
    )
    positive: str | int | None = Field(
        None, description="The positive class of a binary classification."
    )
    columns: Columns = Field(description="The feature columns, by role.")
    context: dict[str, ContextColumns] = Field(
        default_factory=dict,
        description="Further columns that no model is fitted on, by role: `sensitive`, `weight`, "
        "`group`, and those that the task needs. Checked and kept with every row, for evaluation, "
        "slices and monitoring. None is called `prediction`, `score` or `probability_…`.",
    )
    split: Split = Field(
        default_factory=Split, description="Which rows are held out for evaluation."
    )
    seed: int = Field(0, ge=0, lt=2**32, description="Random seed of training and evaluation.")

    @property
    def is_supervised(self) -> bool:
        """Whether the task is supervised."""
        return self.task.supervised

    @property
    def training_target(self) -> str | None:
        """The target column of the training rows; None if the task is unsupervised."""
        return self.target if self.is_supervised else None

    @property
    def context_columns(self) -> Columns:
        """The context columns by the type of their values, each once."""
        known = CONTEXT_ROLES | dict(self.task.context_roles)
        by_type: dict[str, list[str]] = {}
        for role, names in self.context.items():
            by_type.setdefault(known[role], []).extend(names)
        return Columns(**{role: list(dict.fromkeys(names)) for role, names in by_type.items()})

    @property
    def described_context(self) -> Columns:
        """The context columns that describe a row, not only which rows belong together."""
        others = {name for role in self.context if role != GROUP for name in self.context[role]}
        return self.context_columns.without({*self.context.get(GROUP, ())} - others)

    @property
    def when_scored(self) -> Self:
        """The same, without the context that becomes known with the target."""
        late = self.task.late_roles
        if not late & {*self.context}:
            return self
        known = {role: names for role, names in self.context.items() if role not in late}
        return self.model_copy(update={"context": known})

    @property
    def late_columns(self) -> list[str]:
        """The context columns that become known with the target."""
        return [
            name
            for role in self.context
            if role in self.task.late_roles
            for name in self.context[role]
        ]

    @property
    def split_columns(self) -> list[str]:
        """The columns whose values a split by identity keeps together: `identity`, or coarser."""
        coarser = [
            name
            for role, names in self.context.items()
            if role in self.task.kept_together
            for name in names
        ]
        return coarser or self.identity

    @property
    def monitored_columns(self) -> Columns:
        """The feature columns, and the context columns that describe a row and are none."""
        return self.columns.joined(self.described_context.without(self.columns.names))

    @property
    def read_columns(self) -> Columns:
        """The feature columns, and all context columns that are none."""
        return self.columns.joined(self.context_columns.without(self.columns.names))

    @property
    def needed_columns(self) -> list[str]:
        """The names of the feature and context columns, each once."""
        return self.read_columns.names

    @property
    def context_roles(self) -> dict[str, tuple[str, ...]]:
        """The columns of each context role."""
        return {role: tuple(names) for role, names in self.context.items()}
