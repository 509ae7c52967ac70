"""Find, create and close the parent and child runs in MLflow."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.platform.locks import lock
from mlops_assets.platform.mlflow.artifact_root import artifact_root
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

PARENT_TAG = "mlflow.parentRunId"
# Without it MLflow opens an experiment on its page for language models.
CLASSIC = {"mlflow.experimentKind": "custom_model_development"}
MLFLOW_SOURCE_NAME, MLFLOW_SOURCE_TYPE = "mlflow.source.name", "mlflow.source.type"
"""The tags behind the column `Source` of MLflow's table of runs."""
ROOT_TAG = "dagster_root_run_id"
DAGSTER_TAG = "dagster_run_id"
REASON_TAG = "reason"
PARENTS: dict[tuple[str, ...], str] = {}
"""The parent run of the Dagster run whose steps this process executes."""
# MLflow rejects longer values and larger batches.
PARAM_LENGTH, TAG_LENGTH, BATCH, METRICS_BATCH, DIGEST_LENGTH = 6000, 8000, 100, 1000, 36


@dataclass(frozen=True)
class DagsterRun:
    """What an MLflow run records about its Dagster run.

    A retry from failure is a new Dagster run with the same `root_run_id`. `day` is the newest day
    whose data it uses, and `source` where its rows come from.
    """

    run_id: str
    root_run_id: str
    job_name: str
    model: str
    experiment: str
    day: str = ""
    source: str = ""

    @property
    def name(self) -> str:
        """The name of its parent run, which begins with what differs: `2026-01-05 retrain 1a2b`."""
        job = self.job_name.removeprefix(f"{self.model}_")
        return " ".join(part for part in (self.day, job, self.root_run_id[:8]) if part)

    def tags(self, settings: Settings) -> dict[str, str]:
        """Tags that link from MLflow to Dagster."""
        return {
            "model": self.model,
            DAGSTER_TAG: self.run_id,
            ROOT_TAG: self.root_run_id,
            "dagster_run_url": f"{settings.dagster_ui}/runs/{self.run_id}",
            MLFLOW_SOURCE_NAME: self.job_name,
            MLFLOW_SOURCE_TYPE: "JOB",
        }


def experiment_id(client: "MlflowClient", name: str, settings: Settings) -> str:
    """The id of the experiment, created if it does not exist; safe for concurrent processes.

    An existing one without a kind is given that of classic models. Raises `InputError` for one that
    was deleted in MLflow, and for a new one like `artifact_root`.
    """
    from mlflow.exceptions import MlflowException

    if found := client.get_experiment_by_name(name):
        if found.lifecycle_stage == "deleted":
            raise InputError(
                seen=f"MLflow's experiment {name!r} (id {found.experiment_id}) was deleted",
                expected="an experiment that takes runs",
                todo=f"restore it with `mlflow experiments restore -x {found.experiment_id}` or in "
                "MLflow's UI, or name another one with `experiment` in defs.yaml",
            )
        for tag in CLASSIC.keys() - found.tags.keys():
            client.set_experiment_tag(found.experiment_id, tag, CLASSIC[tag])
        return found.experiment_id
    # A server decides where its artifacts are. Without one, MLflow's default is a folder relative
    # to the working directory.
    location = None if settings.mlflow_is_server else artifact_root(settings)
    try:
        return client.create_experiment(name, artifact_location=location, tags=CLASSIC)
    except MlflowException:
        if found := client.get_experiment_by_name(name):
            return found.experiment_id
        raise


def open_parent(client: "MlflowClient", run: DagsterRun, settings: Settings) -> "Run":
    """Find or create the parent run of a Dagster run and its retries, and set it to RUNNING."""
    if (parent := _known_parent(client, run, settings)) is None:
        parent = _found_or_created(client, run, settings)
        PARENTS.clear()  # a process has one run, a daemon one after the other
        PARENTS[_key(run, settings)] = parent.info.run_id
    if parent.info.status != "RUNNING" or parent.data.tags[DAGSTER_TAG] != run.run_id:
        client.update_run(parent.info.run_id, status="RUNNING")
        for name, value in run.tags(settings).items():
            client.set_tag(parent.info.run_id, name, value)
    return parent


def _key(run: DagsterRun, settings: Settings) -> tuple[str, ...]:
    return settings.mlflow_tracking_uri, run.experiment, run.model, run.root_run_id


def _known_parent(client: "MlflowClient", run: DagsterRun, settings: Settings) -> "Run | None":
    """The parent as it is now, if an earlier step in this process had it and it is still there."""
    from mlflow.exceptions import MlflowException

    run_id = PARENTS.get(_key(run, settings))
    if run_id is None:
        return None
    try:
        found = client.get_run(run_id)
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        return None
    return found if found.info.lifecycle_stage == "active" else None


def _found_or_created(client: "MlflowClient", run: DagsterRun, settings: Settings) -> "Run":
    experiment = experiment_id(client, run.experiment, settings)
    # Steps of one run open their parent at the same moment, and may be on different machines.
    with lock(settings, "parent"):
        if parent := _find_parent(client, run, experiment):
            return parent
        return client.create_run(experiment, run_name=run.name, tags=run.tags(settings))


def _find_parent(client: "MlflowClient", run: DagsterRun, experiment: str) -> "Run | None":
    found = client.search_runs(
        [experiment],
        f"tags.{ROOT_TAG} = '{run.root_run_id}' and tags.model = '{run.model}'",
        order_by=["attributes.start_time ASC"],
        max_results=1000,
    )
    return next((r for r in found if PARENT_TAG not in r.data.tags), None)


def open_child(
    client: "MlflowClient", parent: "Run", name: str, run: DagsterRun, settings: Settings
) -> "Run":
    """Create a RUNNING child of `parent`."""
    tags = {**run.tags(settings), PARENT_TAG: parent.info.run_id}
    return client.create_run(parent.info.experiment_id, run_name=name, tags=tags)


def log_values(
    client: "MlflowClient",
    run_id: str,
    *,
    params: Mapping[str, Any] = MappingProxyType({}),
    metrics: Mapping[str, float] = MappingProxyType({}),
    tags: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Log parameters, metrics and tags together, in as few requests as MLflow's limits allow."""
    from mlflow.entities import Metric, Param, RunTag

    now = int(time.time() * 1000)
    pairs = [Param(name, str(value)[:PARAM_LENGTH]) for name, value in params.items()]
    points = [Metric(name, float(value), now, 0) for name, value in metrics.items()]
    client.log_batch(
        run_id,
        params=pairs[:BATCH],
        metrics=points[:METRICS_BATCH],
        tags=[RunTag(name, value[:TAG_LENGTH]) for name, value in tags.items()],
    )
    for start in range(BATCH, len(pairs), BATCH):
        client.log_batch(run_id, params=pairs[start : start + BATCH])
    for start in range(METRICS_BATCH, len(points), METRICS_BATCH):
        client.log_batch(run_id, metrics=points[start : start + METRICS_BATCH])


def log_series(client: "MlflowClient", run_id: str, series: Mapping[str, Sequence[float]]) -> None:
    """Log metrics with a value per step, counted from 0."""
    from mlflow.entities import Metric

    now = int(time.time() * 1000)
    points = [
        Metric(name, float(value), now, step)
        for name, values in series.items()
        for step, value in enumerate(values)
    ]
    for start in range(0, len(points), METRICS_BATCH):
        client.log_batch(run_id, metrics=points[start : start + METRICS_BATCH])


def log_dataset(
    client: "MlflowClient", runs: Iterable["Run"], version: str, run: DagsterRun
) -> None:
    """Name the data of these runs in MLflow's column `Dataset`; repeating it changes nothing."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    source = json.dumps({"uri": run.source})
    dataset = Dataset(run.model, version[:DIGEST_LENGTH], source_type="mlops_assets", source=source)
    given = DatasetInput(dataset, [InputTag("mlflow.data.context", run.day or "unknown")])
    for it in runs:
        client.log_inputs(it.info.run_id, [given])


def unfinished(client: "MlflowClient") -> list["Run"]:
    """All RUNNING runs that were opened for a Dagster run."""
    experiments = [e.experiment_id for e in client.search_experiments()]
    found, token = [], None
    while experiments:
        page = client.search_runs(
            experiments, "attributes.status = 'RUNNING'", max_results=500, page_token=token
        )
        found += [run for run in page if DAGSTER_TAG in run.data.tags]
        token = page.token
        if not token:
            break
    return found


def close(client: "MlflowClient", run: "Run", status: str, reason: str | None) -> None:
    """End `run` with `status`; the reason becomes a tag unless there is one already."""
    if reason and REASON_TAG not in run.data.tags:
        client.set_tag(run.info.run_id, REASON_TAG, reason[:TAG_LENGTH])
    client.set_terminated(run.info.run_id, status=status)
