"""`mlops-assets backtest`: what it prints and writes, and what it refuses."""

import json

import pytest
from typer.testing import CliRunner

from mlops_assets.cli import app
from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.retraining.backtest.stream import day, stream

MODEL = """
type: mlops_assets.component.ModelLifecycle
attributes:
  name: small
  source: {type: csv, path: stream.csv}
  target: y
  timestamp: at
  columns: {numeric: [x, level]}
  model: {type: sklearn, estimator: sklearn.linear_model.LogisticRegression}
  gates: {accuracy: {min: 0.6}, beats_production: {metric: accuracy}}
  split: {holdout: 0.3}
  live: {label_delay: 1}
"""
DAYS = ("--from", str(day(0)), "--to", str(day(4)))


@pytest.mark.process
def test_policies_side_by_side_as_text_page_and_json(tmp_path):
    checkout = make_checkout(tmp_path)
    checkout.model("small", MODEL)
    stream(5, changes=1).to_csv(tmp_path / "stream.csv", index=False)
    policies = ("--policy", "never", "--policy", "nightly")
    done = checkout.run("backtest", "small", *DAYS, *policies, "--html", "page.html")
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head == f"small, {day(0)} to {day(4)}: 5 days with accuracy"
    assert [row.split()[0] for row in rows[2:4]] == ["never", "nightly"]
    assert "nightly: 5 retrains (" in done.stdout
    assert "data:image/png" in (tmp_path / "page.html").read_text()
    again = json.loads(checkout.run("backtest", "small", *DAYS, *policies, "--json").stdout)
    assert [it["retrains"] for it in again["results"]] == [0, 5]
    assert not (tmp_path / ".mlops_assets" / "mlflow").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["heart_disease", *DAYS, "--policy", "nightl"], "the nearest name is 'nightly'"),
        (["heart_disease", *DAYS, "--metric", "roc"], "a metric of the task"),
        (["heart_disease", "--from", "2026-02-01", "--to", "2026-01-01"], "correct --from or --to"),
        (["golden_record", *DAYS], "a supervised model"),
        (["nobody", *DAYS], "nobody"),
    ],
)
def test_what_it_refuses(home, arguments, said):
    done = CliRunner().invoke(app, ["backtest", *arguments])
    assert done.exit_code != 0
    assert said in str(done.exception)
    assert not (home / "backtests").exists()
