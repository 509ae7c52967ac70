"""A retrain whose steps are processes of their own, forked from a server that has preloaded."""

import subprocess
import sys

import dagster as dg
import pytest

from mlops_assets.platform.mlflow.run_status_sensor import close_finished_runs
from mlops_assets.platform.mlflow.runs import PARENT_TAG
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.faults.test_first_use import ASSETS, MODEL

pytestmark = pytest.mark.process


def test_steps_in_processes_of_their_own_share_one_parent_in_mlflow(tmp_path):
    checkout = make_checkout(tmp_path)
    checkout.model("model_1", MODEL.format(number=1))
    home = checkout.settings.dagster_home
    home.mkdir(parents=True)
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    added = {"MLOPS_ASSETS_EXECUTOR": "multiprocess", "DAGSTER_HOME": str(home)}
    command = ["job", "execute", "-m", "mlops_assets.definitions", "-j", "model_1_retrain"]
    done = subprocess.run(
        [sys.executable, "-m", "dagster", *command],
        cwd=checkout.folder,
        env={**checkout.environment, **added},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Multiprocess executor" in done.stderr or "multiprocess executor" in done.stderr

    with dg.DagsterInstance.from_config(str(home)) as instance:
        close_finished_runs(instance, checkout.settings)
    client = open_store(checkout.settings)
    experiment = client.get_experiment_by_name("shared")
    runs = client.search_runs([experiment.experiment_id])
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert len([run for run in runs if PARENT_TAG not in run.data.tags]) == 1
    assert len(runs) == 1 + ASSETS
