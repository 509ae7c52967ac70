"""A command is killed where no daemon runs: the next command ends what it left behind."""

import pytest

from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.server import wait_until

pytestmark = pytest.mark.process

MODEL = """
type: mlops_assets.component.ModelLifecycle
attributes:
  name: small
  source: {type: simulator, name: heart_disease, rows: 200, days: 2}
  identity: [patient_id]
  target: target
  columns: {numeric: [age, chol]}
  model: {type: sklearn, estimator: sklearn.linear_model.LogisticRegression}
"""
DAY = ("monitor", "small", "--day", "2026-01-05")


def statuses(checkout: Checkout) -> list[str]:
    client = open_store(checkout.settings)
    experiment = client.get_experiment_by_name("small")
    assert experiment
    return sorted(run.info.status for run in client.search_runs([experiment.experiment_id]))


def test_a_day_that_was_killed_is_ended_by_the_same_command_again(tmp_path):
    checkout = make_checkout(tmp_path)
    checkout.model("small", MODEL)
    checkout.play(("small", "retrain", "2026-01-04"))
    command = checkout.start(*DAY)
    wait_until(lambda: "RUNNING" in statuses(checkout), 120)
    command.kill()
    assert "RUNNING" in statuses(checkout)
    assert checkout.run(*DAY).returncode == 0
    assert set(statuses(checkout)) == {"FINISHED", "FAILED"}
