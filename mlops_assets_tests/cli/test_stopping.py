"""Ctrl-C ends a command with a sentence and 130, and a run is then canceled, not failed."""

import time

import dagster as dg
import pytest

from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.server import wait_until

pytestmark = pytest.mark.process

MODEL = """
type: mlops_assets.component.ModelLifecycle
attributes:
  name: slow
  source: {type: simulator, name: heart_disease, rows: 20000, days: 2}
  identity: [patient_id]
  target: target
  columns: {numeric: [age, chol]}
  model:
    type: sklearn
    estimator: sklearn.ensemble.RandomForestClassifier
    params: {n_estimators: 5000}
"""


def trains(checkout: Checkout) -> bool:
    client = open_store(checkout.settings)
    experiment = client.get_experiment_by_name("slow")
    if experiment is None:
        return False
    query = "attributes.run_name = 'trained_model' and attributes.status = 'RUNNING'"
    return bool(client.search_runs([experiment.experiment_id], query))


def test_a_retrain_is_stopped_and_says_what_stays(tmp_path):
    checkout = make_checkout(tmp_path)
    checkout.model("slow", MODEL)
    command = checkout.start("retrain", "slow")
    wait_until(lambda: trains(checkout), 120)
    time.sleep(1)  # what is written as the training begins has then been written
    command.interrupt()
    done = command.finish()
    assert done.returncode == 130, done
    assert done.stderr.strip().startswith("Stopped by Ctrl-C; the run is recorded as canceled")
    assert "trained_model        stopped" in done.stdout
    assert "Interrupt" not in done.stdout + done.stderr
    assert "FAILED" not in done.stdout
    with dg.DagsterInstance.from_config(str(checkout.settings.dagster_home)) as instance:
        assert [it.status.value for it in instance.get_runs()] == ["CANCELED"]
    client = open_store(checkout.settings)
    experiment = client.get_experiment_by_name("slow")
    assert experiment
    statuses = {
        it.info.run_name: it.info.status for it in client.search_runs([experiment.experiment_id])
    }
    assert statuses.pop("trained_model") == "KILLED"
    assert "RUNNING" not in statuses.values()
    assert "FAILED" not in statuses.values()
