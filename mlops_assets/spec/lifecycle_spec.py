"""The schema of a model's defs.yaml: everything a user declares about its lifecycle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AliasChoices, ConfigDict, Field, ValidationError, model_validator

from mlops_assets.data.personal_data import PersonalData
from mlops_assets.data.sources.label_columns import LabelColumns
from mlops_assets.data.sources.prediction_log import PredictionLogSource
from mlops_assets.data.sources.registry import Source
from mlops_assets.errors import InputError
from mlops_assets.features.code_version import code_version, library_versions
from mlops_assets.features.columns import Columns, nearest
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import NeedsColumns, NeedsContext
from mlops_assets.kinds.registry import ModelSpec, home_of, packages_of, tasks_of
from mlops_assets.spec.card import Card
from mlops_assets.spec.gates import Gates
from mlops_assets.spec.mistakes import readable
from mlops_assets.spec.model_names import NAME_LENGTH, NAME_PATTERN
from mlops_assets.spec.monitoring import MonitoringConfig, PerformanceBound, Schedule
from mlops_assets.spec.packs import PackField
from mlops_assets.spec.policy_version import PolicyIdentity
from mlops_assets.spec.record import Record
from mlops_assets.spec.resources import Resources
from mlops_assets.spec.retrain import Policy
from mlops_assets.spec.review import ReviewConfig
from mlops_assets.spec.rollback import Rollback
from mlops_assets.spec.sample import Sample
from mlops_assets.spec.serving import Serving
from mlops_assets.spec.stage_names import StageNames
from mlops_assets.spec.watch import ColumnWatch
from mlops_assets.tasks.metrics.labelled import PROBABILITY
from mlops_assets.tasks.training_spec import CONTEXT_ROLES, TrainingSpec

if TYPE_CHECKING:
    import pandas as pd

PREDICTED = ("prediction", "score")
"""Columns of the predictions of many models, beside the probabilities."""
Unit = Annotated[str, Field(min_length=1, max_length=20)]
Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=NAME_LENGTH)]


class LifecycleSpec(TrainingSpec):
    """The lifecycle of one model: data, training, quality gates, promotion and monitoring."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(
        description="Name of the model: letters, digits and underscores, starting with a letter. "
        "It is the group and the key prefix of the model's assets."
    )
    description: str = Field(
        "", description="What the model predicts and who uses it; shown on the model card."
    )
    owner: str = Field(
        "team:ml",
        pattern=r"^(team:[A-Za-z0-9_-]+|\S+@\S+)$",
        description="Owner of the assets: `team:<name>` or an e-mail address.",
    )
    registered_name: str = Field(
        "",
        pattern=r"""^[^/:.%"']+$""",
        max_length=256,
        description="Name of the model in the MLflow registry, without / : . % or quotes. "
        "Default: `name`.",
    )
    experiment: str = Field(
        "",
        min_length=1,
        max_length=500,
        description="MLflow experiment of the runs. Default: `name`.",
    )
    source: Source = Field(description="Source of the training rows.")
    ground_truth: Source | None = Field(
        None,
        validation_alias=AliasChoices("ground_truth", "truth"),
        description="Source of the ground truth for an unsupervised task: it has the column "
        "`target` and is joined on `identity`. Only the `evaluation` asset reads it.",
    )
    personal: list[str] = Field(
        default_factory=list,
        description="Columns with personal data, masked in reports, previews and messages. "
        "`identity` is always masked.",
    )
    units: dict[str, Unit] = Field(
        default_factory=dict,
        description="Units of columns and of the target, shown in figures and tables, such as "
        "{chol: mg/dl}.",
    )
    minimum_rows: int = Field(
        50, ge=10, description="Minimum number of training rows; a run with fewer stops."
    )
    sample: Sample | None = Field(
        None,
        description="Fit and evaluate on a sample of the rows, such as {rows: 1_000_000}, for "
        "tables larger than memory. Checks, data version and counts are of all rows. Default: all "
        "rows.",
    )
    model: ModelSpec = Field(description="The kind of model and its parameters.")
    gates: Gates = Field(
        default_factory=lambda: Gates.model_validate({}),
        description="Quality gates that a version must pass to be promoted: metric names with "
        "their bounds, such as {roc_auc: {min: 0.85}}.",
    )
    packs: list[PackField] = Field(
        default_factory=list,
        description="Further parts of the evaluation, by name or as {type: …} with settings; one "
        "that the kind has is replaced. Their metrics can be gated.",
    )
    record: Record = Field(
        default_factory=lambda: Record.model_validate({}),
        description="What every version must have recorded in MLflow, besides what all have.",
    )
    policy: PolicyIdentity | None = Field(
        None,
        description="The policy whose versions those of the model are, such as {id: "
        "planner_policy}. Adds the asset `policy_version`, which writes `exp.policy_versions`.",
    )
    card: Card = Field(
        default_factory=lambda: Card.model_validate({}),
        description="What the model card says about its use, limits and ethics, in your words.",
    )
    promotion: Literal["automatic", "manual", "review"] = Field(
        "automatic",
        description="automatic: a version that passes its gates is promoted by the same run. "
        "manual: someone approves it by materializing `production_version`. review: someone "
        "approves it by `mlops-assets review`, after its checklist.",
    )
    review: ReviewConfig = Field(
        default_factory=lambda: ReviewConfig.model_validate({}),
        description="What a review asks beyond its checklist. Adds the asset `review`, like "
        "`promotion: review` does.",
    )
    stage_names: StageNames = Field(
        default_factory=lambda: StageNames.model_validate({}),
        description="Custom names for the stages, such as {staging: candidate}.",
    )
    rollback: Rollback = Field(
        default_factory=lambda: Rollback.model_validate({}),
        description="Automatic rollback of a new version that performs badly in production.",
    )
    live: MonitoringConfig = Field(
        default_factory=lambda: MonitoringConfig.model_validate({}),
        description="Source of the daily production input and of its labels.",
    )
    performance: PerformanceBound = Field(
        default_factory=lambda: PerformanceBound.model_validate({}),
        description="How far live performance may fall below the holdout's.",
    )
    retrain: Policy = Field(
        default_factory=lambda: Policy.model_validate({}),
        description="Retraining policy: when drift or a performance drop starts a retrain.",
    )
    drift: dict[str, ColumnWatch] = Field(
        default_factory=dict,
        description="How the drift of single feature columns is judged, such as "
        "{counter: {watch: false}, temperature: {expected: season}}.",
    )
    schedule: Schedule = Field(
        default_factory=lambda: Schedule.model_validate({}),
        description="Schedules of the nightly retrain and of the daily monitoring.",
    )
    resources: Resources | None = Field(
        None,
        description="What each run needs where runs execute on other machines, such as "
        "{cpus: 4, memory: 8GiB}. It changes nothing that is learned. Default: one core.",
    )

    serving: Serving = Field(
        default_factory=lambda: Serving.model_validate({}),
        description="What the prediction API answers, such as {bands: {Low: 0, High: 0.7}}.",
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
    def _ground_truth_is_given_once(cls, given):
        if isinstance(given, dict) and {"truth", "ground_truth"} <= given.keys():
            raise InputError(
                seen="`ground_truth`, and `truth`, which is its older name",
                expected="one of the two",
                todo="remove `truth`",
            )
        return given

    @model_validator(mode="before")
    @classmethod
    def _task_defaults_to_the_first_of_the_kind(cls, given):
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
                expected=f"one of {list(map(str, self.model.tasks))} for this kind",
                todo="correct `task`, or choose another kind of model",
            )
        return self

    @model_validator(mode="after")
    def _kind_has_its_columns(self) -> LifecycleSpec:
        if isinstance(self.model, NeedsColumns):
            self.model.require_columns(self)
        return self

    @model_validator(mode="after")
    def _target_is_where_the_task_needs_it(self) -> LifecycleSpec:
        if self.is_supervised and self.target is None:
            raise InputError(
                seen=f"no `target`, which a {self.task} model needs",
                expected="the column to predict",
                todo="add `target: …`",
            )
        if self.ground_truth and (self.is_supervised or not self.target or not self.identity):
            raise InputError(
                seen=f"`ground_truth` with task {self.task}, target {self.target} and identity "
                f"{self.identity}",
                expected="an unsupervised task, a `target` that names a column of `ground_truth`, "
                "and the `identity` to join it on",
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
                expected="at least one column other than the target, each with one role",
                todo="correct `columns`",
            )
        return self

    @model_validator(mode="after")
    def _context_has_known_roles(self) -> LifecycleSpec:
        known = list(dict.fromkeys([*CONTEXT_ROLES, *self.task.context_roles]))
        needed = [it for it in self.task.context_roles if it not in self.task.optional_roles]
        lacking = [role for role in needed if not self.context.get(role)]
        if (unknown := [role for role in self.context if role not in known]) or lacking:
            raise InputError(
                seen=f"`context` has the roles {list(self.context)}",
                expected=f"roles among {known}"
                + (f", and a column for each of {lacking}" if lacking else ""),
                todo=f"correct {unknown[0]!r}" if unknown else f"add `{lacking[0]}: …`",
            )
        return self

    @model_validator(mode="after")
    def _context_columns_are_clear(self) -> LifecycleSpec:
        names, single = self.context_columns.names, ("weight", *self.task.context_roles)
        several = [it for it in single if it in self.context and len(self.context[it]) != 1]
        twice = sorted({name for name in names if names.count(name) > 1})
        counted = [f"{len(self.context[role])} columns of the role {role}" for role in several]
        if counted or twice or self.target in names:
            raise InputError(
                seen=f"`context` has {counted[0]}"
                if counted
                else f"`context` gives {twice} roles with values of different types"
                if twice
                else f"`context` has the target {self.target!r}",
                expected="one column for `weight` and for each role of the task, each column with "
                "values of one type, and without the target",
                todo="correct `context`",
            )
        return self

    @model_validator(mode="after")
    def _rows_that_belong_together_stay_together(self) -> LifecycleSpec:
        role = self.task.keeps_together
        if role is None or self.split.way(self.timestamp) == "time":
            return self
        (column,) = self.context[role]
        if self.split.apart[:1] != [column]:
            raise InputError(
                seen=f"`split` may put rows of one {column!r} into training and holdout",
                expected=f"a split that keeps the rows of each {role} together",
                todo=f"add `split: {{apart: [{column}]}}`, and after it what else must not be on "
                "both sides",
            )
        return self

    @model_validator(mode="after")
    def _versions_are_compared_by_a_metric_of_the_task(self) -> LifecycleSpec:
        metric, known = self.gates.beats_production.metric, self.task.metric_names
        if metric is not None and metric not in known:
            raise InputError(
                seen=f"`beats_production` compares {metric!r}{nearest(metric, list(known))}",
                expected=f"a metric of the task {self.task}, one of {list(known)}",
                todo="choose one of them; gate the metric of a pack by a bound of its own",
            )
        return self

    @model_validator(mode="after")
    def _gates_bind(self) -> LifecycleSpec:
        if name := next((it for it in self.gates.bounds if it in self.task.ungated), None):
            raise InputError(
                seen=f"a gate on {name!r}: {self.task.ungated[name]}",
                expected="gates on what can be trusted",
                todo=f"gate one of {list(self.task.metric_names)}",
            )
        return self

    @model_validator(mode="after")
    def _experiment_can_be_judged(self) -> LifecycleSpec:
        trial = self.serving.experiment
        if self.gates.wins_experiment and not trial:
            raise InputError(
                seen="the gate `wins_experiment`, and no experiment",
                expected="an experiment that the version can win",
                todo="add `serving: {experiment: …}`, or remove the gate",
            )
        known = self.task.experiment_metrics or self.task.metric_names
        if trial and trial.metric not in known:
            raise InputError(
                seen=f"an experiment that compares {trial.metric!r}",
                expected=f"a metric of the task {self.task}: accuracy of labels, mae of numbers, "
                "reward of a policy",
                todo="correct `serving: {experiment: {metric: …}}`",
            )
        if trial and trial.shadow and self.task.answers_are_drawn:
            raise InputError(
                seen="a policy in the shadow, whose actions nobody is shown",
                expected="an experiment in which both versions get rewards",
                todo="remove `shadow: true`, and name the `unit` that decides who answers",
            )
        return self

    @model_validator(mode="after")
    def _context_is_not_named_like_predictions(self) -> LifecycleSpec:
        names = self.context_columns.names
        taken = [it for it in names if it in PREDICTED or it.startswith(PROBABILITY)]
        if taken:
            raise InputError(
                seen=f"`context` has the columns {taken}, which are names of predictions",
                expected=f"other names than {list(PREDICTED)} and `{PROBABILITY}…`",
                todo="rename them at the source",
            )
        return self

    @model_validator(mode="after")
    def _window_has_a_timestamp(self) -> LifecycleSpec:
        if self.window and not self.timestamp:
            raise InputError(
                seen=f"`window` is {self.window!r} and there is no `timestamp`",
                expected="the column with the time of a row",
                todo="add `timestamp: …`, or remove `window`",
            )
        return self

    @model_validator(mode="after")
    def _sample_can_be_fitted_on(self) -> LifecycleSpec:
        if self.sample and not self.is_supervised:
            raise InputError(
                seen=f"`sample` and the task {self.task}",
                expected="a supervised task: of a sample of records, most pairs are torn apart",
                todo="remove `sample`",
            )
        if self.sample and self.sample.rows < self.minimum_rows:
            raise InputError(
                seen=f"`sample` of {self.sample.rows} rows and `minimum_rows` {self.minimum_rows}",
                expected="a sample of at least `minimum_rows`",
                todo="correct one of the two",
            )
        return self

    @model_validator(mode="after")
    def _labels_have_an_identity(self) -> LifecycleSpec:
        if self.live.labels and not self.identity:
            raise InputError(
                seen="`live.labels` and no `identity`",
                expected="the columns that identify a row, to join its label",
                todo="add `identity: [...]`, or remove `live.labels`",
            )
        return self

    @model_validator(mode="after")
    def _what_was_asked_is_live(self) -> LifecycleSpec:
        given = self.live.source
        if self.serving.learn and not (self.serving.live and self.is_supervised):
            raise InputError(
                seen="`serving: {learn: true}`"
                + (" without `live: true`" if self.is_supervised else f" and the task {self.task}"),
                expected="`live: true`, and a task that learns from labels",
                todo="correct `serving`",
            )
        if self.serving.live is True and given and not isinstance(given, PredictionLogSource):
            raise InputError(
                seen=f"`serving: {{live: true}}` and `live.source` of the type {given.type}",
                expected="one source of the daily rows",
                todo="remove one of the two, or set `serving: {live: when_asked}`",
            )
        otherwise = given or self.source
        if self.serving.live == "when_asked" and not otherwise.knows_days(self.timestamp):
            raise InputError(
                seen=f"`serving: {{live: when_asked}}` and {otherwise.origin}, which cannot be "
                "read by day",
                expected="a source that has the rows of days on which the API was not asked",
                todo="name the column with the time in `timestamp`, or set `live: {source: …}` or "
                "`serving: {live: true}`",
            )
        return self

    @model_validator(mode="after")
    def _the_log_has_what_is_monitored(self) -> LifecycleSpec:
        if not isinstance(self.live_source, PredictionLogSource):
            return self
        hidden = [it for it in self.columns.names if it in self.personal_data]
        if hidden or self.live.rows == "table" or self.live.labels:
            raise InputError(
                seen=f"the prediction log as the live source, and personal features {hidden}"
                if hidden
                else "the prediction log as the live source, and `live: {rows: table}`"
                if self.live.rows == "table"
                else "the prediction log as the live source, and `live.labels`",
                expected="features that are logged: personal columns never are"
                if hidden
                else "`rows: day`"
                if self.live.rows == "table"
                else "labels that come by POST /labels or `mlops-assets labels`",
                todo="choose another live source, or correct that",
            )
        return self

    @model_validator(mode="after")
    def _sources_know_the_labels(self) -> LifecycleSpec:
        labels = LabelColumns.of(self)
        live = {name: getattr(self.live, name) for name in ("source", "labels")}
        told = {name: it.with_labels(labels) for name, it in live.items() if it}
        # The spec is frozen for everyone else.
        object.__setattr__(self, "live", self.live.model_copy(update=told))
        object.__setattr__(self, "source", self.source.with_labels(labels))
        truth = self.ground_truth and self.ground_truth.with_labels(labels)
        object.__setattr__(self, "ground_truth", truth)
        return self

    @model_validator(mode="after")
    def _personal_columns_can_be_masked(self) -> LifecycleSpec:
        shown = sorted({*self.personal} & {*self.columns.categorical})
        if shown:
            raise InputError(
                seen=f"{shown} is `personal` and categorical, and reports show categorical values",
                expected="personal columns with another role",
                todo="give it the role `text`, or leave it out of `personal`",
            )
        masked = sorted({*self.personal, *self.identity} & {*self.context_columns.categorical})
        if masked:
            raise InputError(
                seen=f"{masked} is masked, and reports show the labels of `context`",
                expected="context columns that identify nobody",
                todo="leave it out of `context`, or name a coarser column there",
            )
        return self

    @model_validator(mode="after")
    def _units_are_of_columns(self) -> LifecycleSpec:
        known = [*self.needed_columns, *filter(None, [self.target])]
        if unknown := [name for name in self.units if name not in known]:
            raise InputError(
                seen=f"`units` names {unknown[0]!r}, which is no column"
                f"{nearest(unknown[0], known)}",
                expected="columns that are listed in `columns` or `context`, or the target",
                todo=f"correct {unknown[0]!r} in `units`",
            )
        return self

    @model_validator(mode="after")
    def _drift_is_of_features(self) -> LifecycleSpec:
        known = self.columns.names
        expected = [name for name, it in self.drift.items() if it.expected]
        if unknown := [name for name in self.drift if name not in known]:
            raise InputError(
                seen=f"`drift` names {unknown[0]!r}, which is no feature"
                f"{nearest(unknown[0], known)}",
                expected="columns that are listed in `columns`",
                todo=f"correct {unknown[0]!r} in `drift`",
            )
        if {*known} == {name for name, it in self.drift.items() if not it.watch}:
            raise InputError(
                seen="`drift` has `watch: false` for every column",
                expected="a column to judge",
                todo="watch at least one column",
            )
        if expected and not self.timestamp:
            raise InputError(
                seen=f"`drift` expects {expected[0]!r} to move, and there is no `timestamp`",
                expected="the column with the time of a row, which tells its weekday and season",
                todo="add `timestamp: …`, or remove `expected`",
            )
        return self

    @property
    def sample_size(self) -> int | None:
        """The most rows to fit and evaluate on; None for all."""
        return self.sample.rows if self.sample else None

    @property
    def target_units(self) -> dict[str, str]:
        """The unit of the target by the metrics, columns and axes that have it, such as `mae`."""
        unit = self.units.get(self.target or "")
        return dict.fromkeys(self.task.in_target_unit, unit) if unit else {}

    @property
    def personal_data(self) -> PersonalData:
        """The columns whose values are never shown: `identity` and `personal`."""
        return PersonalData(tuple(dict.fromkeys([*self.identity, *self.personal])))

    @property
    def shown_columns(self) -> Columns:
        """The feature and context columns that are not masked."""
        return self.monitored_columns.without(self.personal_data.columns)

    def typed(self, table: pd.DataFrame) -> pd.DataFrame:
        """The typed feature columns of a table (see `typed_features`).

        Raises `InputError`, which shows no personal value.
        """
        return self.personal_data.typed(table, self.columns)

    def dataset(self, table: pd.DataFrame) -> Dataset:
        """The typed features and context of a table; without a target. Raises like `typed`."""
        return self.personal_data.dataset(table, self)

    def require_context(self, dataset: Dataset) -> None:
        """Raise `InputError` if rows are not what the task, or the kind of model, can use."""
        self.task.require_context(dataset)
        if isinstance(self.model, NeedsContext):
            self.model.require_context(dataset)

    def with_context_of(self, columns: Container[str]) -> LifecycleSpec:
        """The same for rows from before a context column was added: without those they lack.

        A column that the task needs stays.
        """
        needed = self.task.context_roles
        there = {
            role: [name for name in names if name in columns or role in needed]
            for role, names in self.context.items()
        }
        return self.model_copy(update={"context": there})

    def of_live_rows(self, columns: Container[str]) -> LifecycleSpec:
        """The same for a day of a source that identifies its rows, and may lack the context."""
        own = self.live_source.row_identity
        if not own or any(name not in columns for name in own):  # a day of what stands in for it
            return self
        return self.with_context_of(columns).model_copy(update={"identity": own})

    @property
    def live_source(self) -> Source:
        """The source of a day of production input."""
        given = self.live.source or self.source
        if not self.serving.live or isinstance(given, PredictionLogSource):
            return given
        fields = {"model": self.name, "target": self.training_target}
        log = PredictionLogSource.model_validate(fields).with_labels(LabelColumns.of(self))
        if self.serving.live is True:
            return log
        return log.with_otherwise(given, self.live.minimum_rows)

    @property
    def is_served(self) -> bool:
        """Whether defs.yaml says how the model is served, be it only `serving: {}`."""
        return "serving" in self.model_fields_set

    @property
    def undocumented(self) -> list[str]:
        """What a complete documentation needs and defs.yaml does not say, by its keys."""
        said = {
            "description": self.description,
            "owner": self.owner if "owner" in self.model_fields_set else "",
            "card: {intended_use: …}": self.card.intended_use,
            "card: {limits: …}": self.card.limits,
        }
        return [key for key, text in said.items() if not text.strip()]

    @property
    def is_reviewed(self) -> bool:
        """Whether versions are reviewed: before each promotion, or if defs.yaml has `review`."""
        return self.promotion == "review" or "review" in self.model_fields_set

    @property
    def is_monitored(self) -> bool:
        """Whether the live source gives something for a day, so that days can be monitored."""
        return self.live.rows == "table" or self.live_source.knows_days(self.timestamp)

    @model_validator(mode="wrap")
    @classmethod
    def _explain_mistakes(cls, given: Any, validate: Callable[[Any], Any]) -> LifecycleSpec:
        try:
            return validate(given)
        except ValidationError as error:
            raise readable(error, cls) from None

    @property
    def code_version(self) -> str:
        """The version of the code that determines this model's fit and predictions."""
        return code_version(home_of(self.model.type, packages_of(self.model)))

    @property
    def library_versions(self) -> dict[str, str]:
        """The installed versions of the libraries that determine the fit and predictions."""
        return library_versions(self.model.libraries)

    def without_places(self) -> str:
        """Everything but where rows come from, as JSON: what decides a result of given rows."""
        return self.model_dump_json(exclude={"source", "live"})

    def training(self) -> dict[str, Any]:
        """Everything but the data that determines the fit, as JSON values."""
        # `sample` is left out unless it is set: digests of existing models stay as they are.
        also = {"model", "sample"} if self.sample else {"model"}
        return self.model_dump(mode="json", include={*TrainingSpec.model_fields, *also})

    def training_digest(self) -> str:
        """16 hex characters that change when anything that determines the fit changes."""
        return _digest(self.training())

    def checks_digest(self) -> str:
        """16 hex characters that change when anything changes that data checks depend on."""
        return _digest([self.training(), self.minimum_rows, self.personal, self.code_version])


def _digest(given: Any) -> str:
    text = json.dumps(given, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
