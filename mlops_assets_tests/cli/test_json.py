"""`--json`: every command has it, and stdout is then one JSON document, whatever is printed."""

import json
import os

import pytest
from typer.testing import CliRunner

from mlops_assets.cli import app
from mlops_assets.cli.answer import lines_to_stderr, print_json
from mlops_assets.cli.stopping import READ_ONLY, STAYS, stopped
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.docs.commands import commands
from mlops_assets_tests.forked import run_code

SERVES = {"up", "serve", "pipeline"}
"""Commands without a result: they run until Ctrl-C."""
MODEL = """
type: mlops_assets.component.ModelLifecycle
attributes:
  name: {name}
  source: {{type: simulator, name: heart_disease, rows: 200, days: 2}}
  identity: [patient_id]
  target: target
  columns: {{numeric: [age, chol]}}
  model: {{type: sklearn, estimator: sklearn.linear_model.LogisticRegression}}
  gates: {{roc_auc: {{min: {least}}}}}
"""
LOUD = """
import os, subprocess
from mlops_assets.cli.answer import lines_to_stderr, print_json
with lines_to_stderr(True):
    print("a line")
    os.write(1, b"of a C library\\n")
    subprocess.run(["echo", "of a child"])
print_json({"answer": float("nan")})
"""


@pytest.mark.parametrize("name", sorted(commands().keys() - SERVES))
def test_every_command_has_it(name):
    options = {option for it in commands()[name].params for option in it.opts}
    assert "--json" in options


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_says_what_ctrl_c_leaves(name):
    assert name in STAYS or name in READ_ONLY
    assert stopped(name).startswith("Stopped by Ctrl-C; ")


def test_no_command_is_said_to_change_something_and_nothing():
    assert not STAYS.keys() & set(READ_ONLY)
    assert STAYS.keys() | set(READ_ONLY) == commands().keys()


@pytest.mark.process
def test_lines_go_to_stderr_wherever_they_come_from(tmp_path):
    done = run_code(LOUD, [], folder=tmp_path, environment=dict(os.environ))
    assert json.loads(done.stdout) == {"answer": None}
    assert sorted(done.stderr.splitlines()) == ["a line", "of a C library", "of a child"]


def test_lines_are_for_people_without_it(capsys):
    with lines_to_stderr(False):
        print("a line")
    print_json([])
    assert capsys.readouterr() == ("a line\n[]\n", "")


def test_a_user_of_the_pages():
    done = CliRunner().invoke(app, ["ui-user", "anna", "--json"], input="secret 12\nsecret 12\n")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["entry"].startswith("anna=")


def test_simulated_citizens(tmp_path):
    variables = {"MLOPS_ASSETS_HOME": str(tmp_path)}
    command = ["seed-citizens", "--rows", "50", "--json"]
    done = CliRunner().invoke(app, command, env=variables)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["rows"] == 50


@pytest.mark.process
def test_a_proposal(tmp_path):
    checkout = make_checkout(tmp_path)
    rows = "\n".join(f"{number},{number % 7},{number % 2}" for number in range(60))
    (tmp_path / "sold.csv").write_text(f"id,weight,sold\n{rows}\n")
    table = str(tmp_path / "sold.csv")
    done = checkout.run("new", "shop", "--csv", table, "--target", "sold", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["name"], found["target"]) == ("shop", "sold")
    assert found["file"].endswith("defs/shop/defs.yaml")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Checkout:
    checkout = make_checkout(tmp_path_factory.mktemp("json"))
    checkout.model("good", MODEL.format(name="good", least=0.1))
    checkout.model("bad", MODEL.format(name="bad", least=0.999))
    return checkout


@pytest.mark.process
def test_a_retrain_and_a_day(checkout):
    done = checkout.run("retrain", "good", "--strict", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["succeeded"], told["version"], told["stage"]) == (True, "1", "production")
    assert {"low", "high", "value"} < told["metrics"]["roc_auc"].keys()
    assert "trained_model" in [it["name"] for it in told["steps"]]
    assert "trained_model        done" in done.stderr
    day = checkout.run("monitor", "good", "--day", "2026-01-05", "--json")
    assert day.returncode == 0, day.stderr
    assert json.loads(day.stdout)["summaries"]["drift_report"]
    impossible = checkout.run("monitor", "good", "--day", "2001-01-01", "--json")
    assert (impossible.returncode, impossible.stdout) == (2, "")
    assert "the day 2001-01-01" in impossible.stderr


@pytest.mark.process
def test_a_rejected_version_is_a_failure_only_if_that_was_asked_for(checkout):
    assert checkout.run("retrain", "bad").returncode == 0
    done = checkout.run("retrain", "bad", "--strict", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["stage"] == "rejected"
    assert "The version was rejected by its gates" in done.stderr


@pytest.mark.process
def test_a_failed_retrain_has_the_reason(checkout):
    path = checkout.model("gone", MODEL.format(name="gone", least=0.1))
    path.write_text(path.read_text().replace("chol", "no_such_column"))
    done = checkout.run("retrain", "gone", "--json")
    assert done.returncode == 1
    failed = [it for it in json.loads(done.stdout)["steps"] if it["outcome"] == "failed"]
    assert failed
    path.unlink()
