"""Overviews of versions and models as plain values, ready for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from mlops_assets.errors import InputError
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.platform.git_commit import Commit
from mlops_assets.platform.mlflow.version_tags import with_plain_tags
from mlops_assets.registry.reading import ModelReader, stage_names
from mlops_assets.spec.data_gates import DataGates
from mlops_assets.spec.gates import Gates
from mlops_assets.spec.stage_names import ARCHIVED, NONE, PRODUCTION, STAGING, StageNames
from mlops_assets.tasks.registry import headline

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion, RegisteredModel

PAGE = 1000


@dataclass(frozen=True)
class VersionFacts:
    """The facts about a version.

    `metrics` has the value of each metric on the holdout and, where known, the ends of its 95 %
    interval: `{"roc_auc": {"value": 0.91, "low": 0.89, "high": 0.93}}`. `headline` is the metric
    that `beats_production` compares. `data` has the gated qualities of the data, such as
    `missing_rate`. `git` is what defs.yaml was at. `gates` has one line per gate. `called` is the
    model's own name of the stage. `in_production_since` is the last day whose data does not count
    for the version; `promoted_at` is the moment of the promotion, from the ledger. Unknown texts
    are empty.
    """

    model_name: str
    version: str
    stage: str
    called: str
    created: str
    model_id: str
    run_id: str
    dataset_version: str
    code_version: str
    trained_through: str
    in_production_since: str
    verdict: str
    reason: str
    forced: str
    headline: str = ""
    metrics: dict[str, dict[str, float]] = field(default_factory=dict)
    gates: list[str] = field(default_factory=list)
    params: dict[str, str] = field(default_factory=dict)
    promoted_at: str = ""
    git: Commit = field(default_factory=Commit)
    data: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        model: ModelReader,
        version: ModelVersion,
        names: StageNames | None = None,
        *,
        with_run: bool = False,
    ) -> VersionFacts:
        """Read a version's tags and, with `with_run`, the parameters of its run."""
        names, tags = names or model.names(), version.tags
        verdict, run = _verdict(model, version), _run(model.client, version) if with_run else None
        metrics = _metrics(tags) or (_plain(run.data.metrics) if run else {})
        return cls(
            model_name=model.name,
            version=str(version.version),
            stage=_stage(tags, names),
            called=tags.get("stage", NONE),
            created=_moment(version.creation_timestamp),
            run_id=version.run_id or "",
            verdict="" if verdict is None else "passed" if verdict.passed else "failed",
            reason=_reason(tags, names),
            headline=_headline(metrics, verdict),
            metrics=metrics,
            gates=_gates(verdict),
            data=_data(verdict),
            git=commit_at(tags),
            params=dict(run.data.params) if run else {},
            **{name: tags.get(name, "") for name in FROM_TAGS},
        )


FROM_TAGS = (
    "model_id",
    "dataset_version",
    "code_version",
    "trained_through",
    "in_production_since",
    "forced",
)


@dataclass(frozen=True)
class ModelSummary:
    """A model with its production and its staged version, None if there is none.

    `problem` is the reason why they cannot be read; empty if they can.
    """

    model_name: str
    description: str
    newest_version: str
    production: VersionFacts | None
    staged: VersionFacts | None
    problem: str = ""


def summaries(
    client: MlflowClient, models: Sequence[RegisteredModel] | None = None
) -> list[ModelSummary]:
    """Summarize every registered model, by name: one search, plus one per stage name.

    `models` are those of `all_models`, if they have been read already.
    """
    models = list(all_models(client)) if models is None else models
    named = {it.name: _names(it) for it in models}
    shown = {name for it in named.values() if isinstance(it, StageNames) for _, name in it}
    found = [version for name in shown for version in _at(client, name)]
    by_number = {(it.name, str(it.version)): it for it in found}

    def facts(model: RegisteredModel, stage: str) -> VersionFacts | None:
        names, reader = named[model.name], ModelReader(client, model.name)
        if isinstance(names, InputError):
            return None
        number = model.aliases.get(names.shown(stage))
        if number is None:
            return None
        version = by_number.get((model.name, str(number))) or reader.version(number)
        return VersionFacts.of(reader, version, names)

    return [
        ModelSummary(
            model_name=it.name,
            description=it.description or "",
            newest_version=_newest(it),
            production=facts(it, PRODUCTION),
            staged=facts(it, STAGING),
            problem=str(names) if isinstance(names := named[it.name], InputError) else "",
        )
        for it in models
    ]


def _names(model: RegisteredModel) -> StageNames | InputError:
    """The model's stage names, or the error if they are invalid; other models are unaffected."""
    try:
        return stage_names(model)
    except InputError as error:
        return error


def _newest(model: RegisteredModel) -> str:
    return str(max((int(it.version) for it in model.latest_versions or ()), default=""))


def all_models(client: MlflowClient) -> Iterator[RegisteredModel]:
    """Every registered model by name, with its aliases and tags; one search per 1,000."""
    token = None
    while True:
        page = client.search_registered_models(
            max_results=PAGE, order_by=["name ASC"], page_token=token
        )
        yield from page
        token = page.token
        if not token:
            return


def _at(client: MlflowClient, stage_name: str) -> Iterator[ModelVersion]:
    token, query = None, f"tags.stage = '{stage_name}'"
    while True:
        page = client.search_model_versions(query, max_results=PAGE, page_token=token)
        yield from map(with_plain_tags, page)
        token = page.token
        if not token:
            return


def _run(client: MlflowClient, version: ModelVersion) -> Any:
    """The run that fitted the version; None if it was permanently deleted."""
    from mlflow.exceptions import MlflowException

    if not version.run_id:
        return None
    try:
        return client.get_run(version.run_id)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise


def _metrics(tags: Mapping[str, str]) -> dict[str, dict[str, float]]:
    found = _plain(_read(dict[str, float], tags.get("holdout_metrics")))
    ends = _read(dict[str, tuple[float, float]], tags.get("holdout_intervals"))
    for name in found.keys() & ends:
        low, high = ends[name]
        found[name] |= {"low": low, "high": high}
    return found


def _read(kind: type[dict], text: str | None) -> dict[str, Any]:
    """Parse the JSON of a tag; empty if it was overwritten with something else."""
    try:
        return _adapter(kind).validate_json(text or "{}")
    except ValidationError:
        return {}


@cache
def _adapter(kind: type) -> TypeAdapter:
    return TypeAdapter(kind)  # built once: a registry may have a thousand versions


def _verdict(model: ModelReader, version: ModelVersion) -> Verdict | None:
    try:
        return model.verdict(version)
    except ValidationError:
        return None  # a list shows what it can; a promotion still rejects such a verdict


def _plain(values: Mapping[str, float]) -> dict[str, dict[str, float]]:
    return {name: {"value": value} for name, value in values.items()}


def _headline(metrics: Mapping[str, Any], verdict: Verdict | None) -> str:
    try:
        gates = Gates.model_validate_json(verdict.asked if verdict and verdict.asked else "{}")
    except ValidationError:
        return ""
    return gates.beats_production.metric or headline(metrics) or next(iter(metrics), "")


def commit_at(tags: Mapping[str, str]) -> Commit:
    """What a version's defs.yaml was at when it was registered; older versions have none."""
    try:
        return _adapter(Commit).validate_json(tags.get("git") or "{}")
    except ValidationError:
        return Commit()  # the tag was overwritten with something else


def _data(verdict: Verdict | None) -> dict[str, float]:
    """The qualities of the data that the verdict judged."""
    judged = {it.gate: it.value for it in verdict.gates} if verdict else {}
    found = {name: judged.get(name) for name in DataGates.model_fields}
    return {name: value for name, value in found.items() if value is not None}


def _gates(verdict: Verdict | None) -> list[str]:
    return [str(gate) for gate in verdict.gates] if verdict else []


def _reason(tags: Mapping[str, str], names: StageNames) -> str:
    """The reason for the version's current stage."""
    stage = _stage(tags, names)
    if stage == ARCHIVED and "superseded_by" in tags:
        return f"superseded by version {tags['superseded_by']}"
    key = {PRODUCTION: "promoted_because", ARCHIVED: "archived_because"}
    return tags.get(key.get(stage, "rejected_because"), "")


def _stage(tags: Mapping[str, str], names: StageNames) -> str:
    """The stage by this project's names, or the tag as it is if unknown."""
    called = tags.get("stage", NONE)
    try:
        return names.meaning(called)
    except InputError:
        return called


def _moment(milliseconds: int | None) -> str:
    from datetime import UTC, datetime

    if milliseconds is None:
        return ""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")
