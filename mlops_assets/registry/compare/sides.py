"""Read the sides of a comparison from MLflow: versions with their plots, and runs."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.evaluation.fairness import stored as fairness
from mlops_assets.evaluation.packs.figures import FILE as CURVES
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.platform.mlflow.run_files import artifact, artifacts
from mlops_assets.platform.mlflow.runs import PARENT_TAG
from mlops_assets.registry.compare.report import Side, gates_by_name
from mlops_assets.registry.overview import VersionFacts
from mlops_assets.registry.version_runs import evaluation_of, stored

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

EVALUATION = "evaluation"
DATA_TAGS = ("dataset_version", "code_version", "partition")
MOST_CHILDREN = 1000


def version_side(client: "MlflowClient", facts: VersionFacts, *, pictures: bool) -> Side:
    """Read a version; `pictures` adds the plots of the newest run that evaluated this model."""
    evaluated = evaluation_of(client, facts)
    side = Side.of_version(facts, _pictures(client, evaluated) if evaluated and pictures else {})
    return replace(side, **_documents(client, evaluated)) if evaluated else side


def run_side(
    client: "MlflowClient", run_id: str, names: tuple[str, ...], *, pictures: bool
) -> Side:
    """Read an MLflow run; the parent run of a Dagster run includes its steps.

    Parameters and metrics of a step are prefixed with its name. Raises `InputError` if the run
    does not exist or belongs to a model that has none of `names`.
    """
    run = _run(client, run_id, names)
    steps = {it.info.run_name: it for it in reversed(_children(client, run))}
    evaluated = steps.get(EVALUATION, run)
    metrics, params = dict(_with_intervals(run.data.metrics)), dict(run.data.params)
    for name, step in sorted(steps.items()):
        found = _with_intervals(step.data.metrics)
        metrics |= {f"{name}.{key}": value for key, value in found.items()}
        params |= {f"{name}.{key}": value for key, value in step.data.params.items()}
    tags = {**evaluated.data.tags, **run.data.tags}
    return Side(
        label=f"run {run_id[:8]}",
        about={"name": run.info.run_name or "", "status": run.info.status, "run_id": run_id},
        data={name: tags.get(name, "") for name in DATA_TAGS},
        params=params,
        metrics=metrics,
        gates=_gates(client, evaluated),
        pictures=_pictures(client, evaluated) if pictures else {},
        **_documents(client, evaluated),
    )


def _run(client: "MlflowClient", run_id: str, names: tuple[str, ...]) -> "Run":
    from mlflow.exceptions import MlflowException

    try:
        run = client.get_run(run_id)
    except MlflowException as error:
        if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise
        raise InputError(
            seen=f"MLflow has no run {run_id!r}",
            expected="the id of an MLflow run (32 characters), not of a Dagster run",
            todo="copy it from the run's page in MLflow",
        ) from None
    if (model := run.data.tags.get("model", names[0])) not in names:
        raise InputError(
            seen=f"run {run_id} belongs to {model}",
            expected=f"a run of {names[0]}",
            todo="correct the run or the model",
        )
    return run


def _children(client: "MlflowClient", run: "Run") -> list["Run"]:
    """The child runs of a run, the newest first."""
    return client.search_runs(
        [run.info.experiment_id],
        f"tags.`{PARENT_TAG}` = '{run.info.run_id}'",
        order_by=["attributes.start_time DESC"],
        max_results=MOST_CHILDREN,
    )


def _with_intervals(metrics: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """`roc_auc_low` and `roc_auc_high` become the ends of `roc_auc`'s interval."""
    ends = {f"{name}_{end}": (name, end) for name in metrics for end in ("low", "high")}
    found = {name: {"value": value} for name, value in metrics.items() if name not in ends}
    for key, (name, end) in ends.items():
        if key in metrics and name in found:
            found[name][end] = metrics[key]
    return found


def _gates(client: "MlflowClient", run: "Run") -> dict[str, str]:
    if "gates_passed" not in run.data.tags:
        return {}
    given: dict[str, Any] = json.loads(artifact(client, run.info.run_id, "verdict.json"))
    return gates_by_name([str(gate) for gate in Verdict.model_validate(given).gates])


def _documents(client: "MlflowClient", evaluated: "Run") -> dict[str, Any]:
    """The metrics of each group, and the curves, of an evaluation that stored them."""
    found = stored(client, evaluated, (*fairness.DOCUMENTS, CURVES)).documents
    groups = {
        f"{group.column} {group.group}: {name}": it.model_dump(include={"value", "low", "high"})
        for group in fairness.group_metrics_in(found)
        for name, it in group.metrics.items()
    }
    return {"groups": groups, "curves": found.get(CURVES, {})}


def _pictures(client: "MlflowClient", run: "Run") -> dict[str, bytes]:
    """The PNGs of a run, by name; without thumbnails."""
    paths = [it.path for it in client.list_artifacts(run.info.run_id) if it.path.endswith(".png")]
    found = artifacts(client, run.info.run_id, paths)
    return {path.removesuffix(".png"): picture for path, picture in found.items()}
