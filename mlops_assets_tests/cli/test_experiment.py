"""`mlops-assets experiment status`: what it prints, with an experiment and without."""

import json

import pytest
from typer.testing import CliRunner

from mlops_assets.cli import app
from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.experiments.log import MadeLog

MODEL = """
type: mlops_assets.component.ModelLifecycle
attributes:
  name: small
  source: {type: simulator, name: heart_disease, rows: 200, days: 2}
  identity: [patient_id]
  target: target
  columns: {numeric: [age, chol]}
  model: {type: sklearn, estimator: sklearn.linear_model.LogisticRegression}
  serving: {experiment: {share: 0.5, unit: patient_id}}
"""


def test_a_model_without_an_experiment():
    done = CliRunner().invoke(app, ["experiment", "status", "heart_disease"])
    assert (done.exit_code, "no experiment" in done.stdout) == (0, True)


def test_another_action_is_refused():
    assert CliRunner().invoke(app, ["experiment", "stop", "heart_disease"]).exit_code == 2


@pytest.mark.process
def test_an_experiment_that_was_won(tmp_path):
    checkout = make_checkout(tmp_path)
    checkout.model("small", MODEL)
    log = MadeLog(checkout.settings.home)
    log.days(5, 200, lambda side, number: number % 10 < (9 if side == "challenger" else 6)).write()
    printed = checkout.run("experiment", "status", "small")
    assert printed.returncode == 0, printed.stderr
    assert "small: challenger wins: +0." in printed.stdout
    assert "registry-2" in printed.stdout
    facts = json.loads(checkout.run("experiment", "status", "small", "--json").stdout)
    assert (facts["outcome"], facts["experiment"]) == ("challenger", "small-1-2")
    assert len(facts["looks"]) == 3
