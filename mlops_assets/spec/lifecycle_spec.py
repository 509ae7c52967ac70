"""The YAML file of a model: everything a person says about its life."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, ConfigDict, Field, ValidationError, model_validator

from mlops_assets.data.sources import Source
from mlops_assets.errors import InputError
from mlops_assets.features.code_version import code_version, library_versions
from mlops_assets.features.training_spec import TrainingSpec
from mlops_assets.kinds import ModelSpec, home_of, tasks_of
from mlops_assets.spec.gates import Gates
from mlops_assets.spec.mistakes import readable
from mlops_assets.spec.model_names import NAME_LENGTH, NAME_PATTERN
from mlops_assets.spec.monitoring import MonitoringConfig, PerformanceBound, Schedule
from mlops_assets.spec.retrain import Policy
from mlops_assets.spec.rollback import Rollback
from mlops_assets.spec.stage_names import StageNames

Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=NAME_LENGTH)]
DECIDES_THE_FIT = {*TrainingSpec.model_fields, "model"} - {"personal"}  # who sees what


class LifecycleSpec(TrainingSpec):
    """One model's life: its data, how it is fitted, what it must reach, who approves it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

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
    ground_truth: Source | None = Field(
        None,
        validation_alias=AliasChoices("ground_truth", "truth"),
        description="Where the target is, if a model learns without it: joined by `identity`, "
        "and read by `evaluation` alone.",
    )
    minimum_rows: int = Field(50, ge=10, description="Fewer rows than this stop the run.")
    model: ModelSpec = Field(description="The kind of model and its parameters.")
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
    live: MonitoringConfig = Field(
        default_factory=lambda: MonitoringConfig.model_validate({}),
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
        if self.is_supervised and self.target is None:
            raise InputError(
                seen=f"no `target`, and a {self.task} learns from one",
                expected="the column to predict",
                todo="add `target: …`",
            )
        if self.ground_truth and (self.is_supervised or not self.target or not self.identity):
            raise InputError(
                seen=f"`ground_truth` beside task {self.task}, target {self.target} and identity "
                f"{self.identity}",
                expected="an unsupervised task, the column of `ground_truth` as `target`, "
                "and the `identity` to join it by",
                todo="remove `ground_truth`, or add what is missing",
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

    @property
    def code_version(self) -> str:
        """The version of the code that decides this model's fit and predictions."""
        return code_version(home_of(self.model.type))

    @property
    def library_versions(self) -> dict[str, str]:
        """The installed versions of the libraries that decide them."""
        return library_versions(self.model.libraries)

    def training(self) -> dict[str, Any]:
        """Everything that decides the fit besides the data, as JSON has it."""
        return self.model_dump(mode="json", include=DECIDES_THE_FIT)

    def training_digest(self) -> str:
        """16 hex characters that change when anything that decides the fit changes."""
        text = json.dumps(self.training(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
