"""A checkout whose stores are PostgreSQL and S3, and whose runs execute on a Ray cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import dagster as dg
import pytest
import yaml

from mlops_assets.platform.dagster.storage import for_dagster
from mlops_assets.platform.heartbeats import hearts
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import PACKAGE_PARENT, Settings
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.deploy.s3 import KEYS, s3_server
from mlops_assets_tests.server import Server, dagster_dev, wait_until
from mlops_assets_tests.workers.ray_nodes import SETTINGS, Cluster, Node, cluster
from mlops_assets_tests.yaml_attributes import attributes

MODEL = "heart_disease"
TRAINED, DRIFTED = "2026-03-02", "2026-03-06"
RUN_SECONDS = 300


@dataclass(frozen=True)
class Away:
    """Dagster's pages and daemon, the cluster that executes its runs, and what both share."""

    server: Server
    cluster: Cluster
    settings: Settings

    def instance(self) -> dg.DagsterInstance:
        """Dagster's storage, with its launcher."""
        return dg.DagsterInstance.from_config(str(self.settings.dagster_home))

    def execute(self, job: str, **tags: str) -> str:
        """Launch a job as the page does, and wait until it has ended: its run's id."""
        run_id = self.server.client.submit_job_execution(f"{MODEL}_{job}", tags=tags)
        self.ended(run_id)
        return run_id

    def ended(self, run_id: str) -> dg.DagsterRun:
        """The run, once it has ended."""
        with self.instance() as instance:
            return wait_until(lambda: _finished(instance, run_id), RUN_SECONDS)

    def retrain_after(self, *known: str) -> str:
        """The id of the newest retrain that is none of `known`, once there is one."""
        asked = dg.RunsFilter(job_name=f"{MODEL}_retrain")

        def newest() -> str:
            found = (it.run_id for it in instance.get_runs(asked))
            return next((it for it in found if it not in known), "")

        with self.instance() as instance:
            return wait_until(newest, RUN_SECONDS)

    def node_of(self, run_id: str, step: str) -> Node:
        """The node that records a step of a run, as soon as it does."""
        process = wait_until(lambda: self._recording(run_id, step), RUN_SECONDS)
        return next(node for node in self.cluster.nodes if node.executes(process))

    def _recording(self, run_id: str, step: str) -> int:
        found = (it for it in hearts(self.settings) if (it.run_id, it.step) == (run_id, step))
        return next((int(it.process.split(":")[1]) for it in found), 0)


def _finished(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRun | None:
    run = instance.get_run_by_id(run_id)
    return run if run and run.is_finished else None


@contextmanager
def away(folder: Path, databases: dict[str, str]) -> Iterator[Away]:
    """The services of a deployment, and nodes that have no folder in common but the code."""
    with s3_server() as s3:
        checkout = checkout_of(folder, {**databases, **places_on(s3)})
        done = checkout.run("init")  # makes the buckets and the tables
        assert done.returncode == 0, done.stdout + done.stderr
        with (
            on_ray(checkout) as (launching, nodes),
            dagster_dev(launching) as server,
            pytest.MonkeyPatch.context() as patch,
        ):
            for name in ("DAGSTER_STORAGE_URL", *SETTINGS):  # for `instance`
                patch.setenv(name, launching.environment[name])
            yield Away(server, nodes, launching.settings)


@contextmanager
def on_ray(checkout: Checkout) -> Iterator[tuple[Checkout, Cluster]]:
    """The same checkout, whose Dagster launches runs on a cluster with the same environment."""
    with cluster(checkout.folder, *_homes(checkout)) as nodes:
        workers = {"MLOPS_ASSETS_WORKERS": f"ray:{nodes.address}", **SETTINGS}
        yield with_dagster_home(checkout, **workers), nodes


def with_dagster_home(checkout: Checkout, **environment: str) -> Checkout:
    """The same, in whose home `dagster dev` finds the dagster.yaml of its settings."""
    settings = checkout.settings
    home = {"DAGSTER_HOME": str(settings.dagster_home)}
    home |= {"DAGSTER_STORAGE_URL": for_dagster(settings.dagster_storage_url)}
    made = replace(checkout, environment={**checkout.environment, **environment})
    done = made.run("init")
    assert done.returncode == 0, done.stdout + done.stderr
    return replace(made, environment={**made.environment, **home})


def checkout_of(folder: Path, environment: dict[str, str]) -> Checkout:
    """A checkout with heart_disease, which drifts on a fixed day, and no schedules."""
    made = make_checkout(folder)
    path = PACKAGE_PARENT / "mlops_assets" / "defs" / MODEL / "defs.yaml"
    given = attributes(path)
    given["source"] |= {"shift_since": DRIFTED}
    given["live"] |= {"start": TRAINED}
    given["retrain"] |= {"suspect_days": 1, "window_days": 1, "check_every": 5}
    given |= {"schedule": {"status": "off"}, "resources": {"cpus": 1, "memory": "300MiB"}}
    whole = {"type": "mlops_assets.component.ModelLifecycle", "attributes": given}
    made.model(MODEL, yaml.safe_dump(whole, sort_keys=False))
    python = {"PYTHONPATH": str(folder)}
    return replace(made, environment={**made.environment, **python, **environment})


def places_on(s3: str) -> dict[str, str]:
    """Lake and artifacts on an S3 API, with its keys."""
    places = {"LAKE_URL": "s3://mlops/lake", "MLFLOW_ARTIFACT_ROOT": "s3://mlops/artifacts"}
    return {**places, "MLFLOW_S3_ENDPOINT_URL": s3, **KEYS}


def _homes(checkout: Checkout) -> list[dict[str, str]]:
    """The environments of two nodes, each with a home of its own."""
    names = ("one", "two")
    folders = [{"MLOPS_ASSETS_HOME": str(checkout.folder / f"home_{it}")} for it in names]
    return [{**checkout.environment, **it} for it in folders]


def metrics(settings: Settings, job_run: str) -> dict[str, dict[str, float]]:
    """All metrics that a Dagster run has recorded in MLflow, by asset, but not its seconds."""
    client = open_store(settings)
    ids = [it.experiment_id for it in client.search_experiments()]
    found = client.search_runs(ids, f"tags.dagster_run_id = '{job_run}'", max_results=100)
    return {
        it.info.run_name: {k: v for k, v in it.data.metrics.items() if "seconds" not in k}
        for it in found
        if "asset_key" in it.data.tags
    }


def statuses(settings: Settings, job_run: str) -> dict[str, tuple[str, str]]:
    """The status of each MLflow run of a Dagster run, and the reason it gives."""
    client = open_store(settings)
    ids = [it.experiment_id for it in client.search_experiments()]
    found = client.search_runs(ids, f"tags.dagster_run_id = '{job_run}'", max_results=100)
    return {it.info.run_name: (it.info.status, it.data.tags.get("reason", "")) for it in found}
