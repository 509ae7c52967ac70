"""Runs that are terminated or whose process is killed, under a real daemon."""

import os
import re
import signal

import pytest
from dagster import DagsterRunStatus

from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.server import Server, dagster_dev, wait_until

pytestmark = pytest.mark.process

SLOW = """
type: mlops_assets.component.ModelLifecycle
attributes:
  name: slow
  source: {type: simulator, name: heart_disease, rows: 20000}
  target: target
  columns: {numeric: [age, chol, thalach, oldpeak]}
  model:
    type: sklearn
    estimator: sklearn.ensemble.RandomForestClassifier
    params: {n_estimators: 5000, n_jobs: 1}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Server:
    checkout = make_checkout(tmp_path_factory.mktemp("killed"))
    checkout.model("slow", SLOW)
    open_store(checkout.settings)
    with dagster_dev(checkout) as server:
        yield server


def runs(server: Server, run_id: str) -> dict:
    client = open_store(server.checkout.settings)
    experiment = client.get_experiment_by_name("slow")
    query = f"tags.dagster_run_id = '{run_id}'"
    found = client.search_runs([experiment.experiment_id], query) if experiment else []
    return {_asset_or_job(run.info.run_name): run for run in found}


def _asset_or_job(name: str) -> str:
    """The parent run is called `retrain 1a2b3c4d`."""
    return "retrain" if " " in name else name


def launch_until_training(server: Server) -> str:
    run_id = server.launch("slow_retrain")
    wait_until(lambda: "trained_model" in runs(server, run_id), 120)
    return run_id


def statuses(server: Server, run_id: str) -> dict[str, str]:
    found = runs(server, run_id)
    return {name: found[name].info.status for name in ("retrain", "trained_model")}


def test_a_terminated_run_is_killed_in_mlflow(server):
    run_id = launch_until_training(server)
    server.client.terminate_run(run_id)
    server.wait_for_status(run_id, DagsterRunStatus.CANCELED)
    killed = {"retrain": "KILLED", "trained_model": "KILLED"}
    wait_until(lambda: statuses(server, run_id) == killed, 60)


def test_a_run_whose_process_is_killed_ends_in_mlflow_within_two_minutes(server):
    run_id = launch_until_training(server)
    os.kill(server.worker_of(run_id), signal.SIGKILL)
    wait_until(lambda: set(statuses(server, run_id).values()) <= {"FAILED", "KILLED"}, 120)
    reason = runs(server, run_id)["retrain"].data.tags["reason"]
    assert re.search(r"marked as failed from outside|its process \d+ is gone", reason)
