"""The YAML file of a model: everything a person says about its life."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from mlops_assets.core.columns import Columns, Task, is_taught
from mlops_assets.core.episode import Policy
from mlops_assets.core.errors import InputError
from mlops_assets.core.gates import Gates
from mlops_assets.core.live import Live, PerformanceBound, Schedule
from mlops_assets.core.model_names import NAME_LENGTH, NAME_PATTERN
from mlops_assets.core.registry.stages import StageNames
from mlops_assets.core.rollback import Rollback
from mlops_assets.core.sources import Source
from mlops_assets.core.spec_mistakes import readable
from mlops_assets.core.splitting import Split
from mlops_assets.kinds import ModelSpec, tasks_of

Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=NAME_LENGTH)]
DECIDES_THE_FIT = {"columns", "identity", "timestamp", "target", "task", "positive"}
DECIDES_THE_FIT |= {"split", "model", "seed", "window"}
HEADLINE = {"classification": "accuracy", "regression": "r2"}


class LifecycleSpec(BaseModel):
    """One model's life: its data, how it is fitted, what it must reach, who approves it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(
        description="Letters, digits, underscores; group and key prefix of the assets."
    )
    description: str = Field("", description="What the model predicts, and for whom.")
    owner: str = Field(
        "team:ml", pattern=r"^(team:[A-Za-z0-9_-]+|\S+@\S+)$", description="team:… or an e-mail."
    )
    registered_name: str = Field(
        "",
        pattern=r"""^[^/:.%"']+$""",
        max_length=256,
        description="Name in the MLflow registry, without / : . % or quotes; default: name.",
    )
    experiment: str = Field(
        "", min_length=1, max_length=500, description="MLflow experiment; default: name."
    )
    source: Source = Field(description="Where the training rows come from.")
    timestamp: str | None = Field(None, description="Column that says when a row happened.")
    window: str | None = Field(
        None,
        pattern=r"^[1-9]\d{0,3}[dhw]$",
        description="Train on the newest rows only, such as 90d.",
    )
    identity: list[str] = Field(default_factory=list, description="Columns that name a row.")
    target: str | None = Field(
        None, description="The column to predict; for a deduplication the one in `truth`."
    )
    truth: Source | None = Field(
        None,
        description="Where the target is, if a model learns without it: joined by `identity`, "
        "and read by `evaluation` alone.",
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
    minimum_rows: int = Field(50, ge=10, description="Fewer rows than this stop the run.")
    split: Split = Field(default_factory=Split, description="Which rows are held out.")
    model: ModelSpec = Field(description="The kind of model and its parameters.")
    seed: int = Field(0, ge=0, lt=2**32, description="Fixes everything that is random.")
    gates: Gates = Field(
        default_factory=lambda: Gates.model_validate({}), description="What a version must reach."
    )
    promotion: Literal["automatic", "manual"] = Field(
        "automatic", description="manual: a person materializes production_version to approve."
    )
    stage_names: StageNames = Field(
        default_factory=lambda: StageNames.model_validate({}),
        description="What the model calls its stages, such as {staging: candidate}.",
    )
    rollback: Rollback = Field(
        default_factory=lambda: Rollback.model_validate({}),
        description="Whether a version that does badly goes back by itself.",
    )
    live: Live = Field(
        default_factory=lambda: Live.model_validate({}),
        description="Production input and its labels.",
    )
    performance: PerformanceBound = Field(
        default_factory=lambda: PerformanceBound.model_validate({}),
        description="How far live quality may fall.",
    )
    retrain: Policy = Field(
        default_factory=lambda: Policy.model_validate({}),
        description="When drift leads to a retrain.",
    )
    schedule: Schedule = Field(
        default_factory=lambda: Schedule.model_validate({}), description="What runs by itself."
    )

    @model_validator(mode="before")
    @classmethod
    def _names_default_to_name(cls, given):
        if isinstance(given, dict) and isinstance(given.get("name"), str):
            named = {"registered_name": given["name"], "experiment": given["name"]}
            return {**named, **given}
        return given

    @model_validator(mode="before")
    @classmethod
    def _task_defaults_to_the_kinds_first(cls, given):
        model = given.get("model") if isinstance(given, dict) else None
        kind = model.get("type") if isinstance(model, dict) else getattr(model, "type", None)
        if tasks := tasks_of(kind):
            return {"task": tasks[0], **given}
        return given

    @model_validator(mode="after")
    def _kind_can_do_the_task(self) -> LifecycleSpec:
        if self.task not in self.model.tasks:
            raise InputError(
                seen=f"`task` is {self.task} and `model.type` {self.model.type}",
                expected=f"one of {list(self.model.tasks)} for this kind",
                todo="correct `task`, or choose another kind of model",
            )
        return self

    @model_validator(mode="after")
    def _target_is_where_the_task_needs_it(self) -> LifecycleSpec:
        if self.is_taught and self.target is None:
            raise InputError(
                seen=f"no `target`, and a {self.task} learns from one",
                expected="the column to predict",
                todo="add `target: …`",
            )
        if self.truth and (self.is_taught or not self.target or not self.identity):
            raise InputError(
                seen=f"`truth` beside task {self.task}, target {self.target} and identity "
                f"{self.identity}",
                expected="a task that learns without a target, the column of `truth` as `target`, "
                "and the `identity` to join it by",
                todo="remove `truth`, or add what is missing",
            )
        return self

    @model_validator(mode="after")
    def _columns_do_not_overlap(self) -> LifecycleSpec:
        names = self.columns.names
        twice = sorted({name for name in names if names.count(name) > 1})
        if not names or twice or self.target in names:
            raise InputError(
                seen="`columns` names no column"
                if not names
                else f"`columns` gives {twice} more than one role"
                if twice
                else f"`columns` has the target {self.target!r} among the features",
                expected="at least one column besides the target, each with one role",
                todo="correct `columns`",
            )
        return self

    @model_validator(mode="after")
    def _window_has_a_timestamp(self) -> LifecycleSpec:
        if self.window and not self.timestamp:
            raise InputError(
                seen=f"`window` is {self.window!r} and there is no `timestamp`",
                expected="the column that says when a row happened",
                todo="add `timestamp: …`, or remove `window`",
            )
        return self

    @model_validator(mode="after")
    def _labels_have_an_identity(self) -> LifecycleSpec:
        if self.live.labels and not self.identity:
            raise InputError(
                seen="`live.labels` and no `identity`",
                expected="the columns that name a row, to join its label",
                todo="add `identity: [...]`, or remove `live.labels`",
            )
        return self

    @model_validator(mode="after")
    def _personal_columns_can_be_masked(self) -> LifecycleSpec:
        shown = sorted({*self.personal} & {*self.columns.categorical})
        if shown:
            raise InputError(
                seen=f"{shown} is `personal` and categorical, whose values every report shows",
                expected="personal columns with another role",
                todo="give it the role `text`, or leave it out of `personal`",
            )
        return self

    @property
    def is_taught(self) -> bool:
        """Whether the model learns from a target that the training rows have."""
        return is_taught(self.task)

    @property
    def training_target(self) -> str | None:
        """The target where the training rows have it; None for a model that learns without."""
        return self.target if self.is_taught else None

    @property
    def masked(self) -> list[str]:
        """Columns whose values nobody is shown."""
        return [*self.identity, *(name for name in self.personal if name not in self.identity)]

    @property
    def shown_columns(self) -> Columns:
        """The feature columns whose values may be shown."""
        return self.columns.without(self.masked)

    @property
    def live_source(self) -> Source:
        """Where a day of production input comes from."""
        return self.live.source or self.source

    @model_validator(mode="wrap")
    @classmethod
    def _mistakes_in_words(cls, given: Any, validate: Callable[[Any], Any]) -> LifecycleSpec:
        try:
            return validate(given)
        except ValidationError as error:
            raise readable(error, cls) from None

    def training(self) -> dict[str, Any]:
        """Everything that decides the fit besides the data, as JSON has it."""
        return self.model_dump(mode="json", include=DECIDES_THE_FIT)

    def training_digest(self) -> str:
        """16 hex characters that change when anything that decides the fit changes."""
        text = self.model_dump_json(include=DECIDES_THE_FIT)
        return hashlib.sha256(json.dumps(json.loads(text), sort_keys=True).encode()).hexdigest()[
            :16
        ]
