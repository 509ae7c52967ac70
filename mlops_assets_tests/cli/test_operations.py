"""`init`, `doctor`, `backup` and `restore` as a person or a program runs them."""

import json

import pytest

from mlops_assets_tests.checkout import Checkout, make_checkout

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Checkout:
    checkout = make_checkout(tmp_path_factory.mktemp("operations"))
    assert checkout.run("init").returncode == 0
    return checkout


def test_doctor_is_for_people_and_programs(checkout):
    done = checkout.run("doctor")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == "healthy"
    told = json.loads(checkout.run("doctor", "--json").stdout)
    assert told["status"] == "healthy"
    assert {check["name"] for check in told["checks"]} >= {"dagster", "mlflow", "lake", "ledger"}


def test_doctor_ends_with_1_where_something_is_wrong(checkout):
    away = {"WAREHOUSE_URL": "postgresql://me:secret@127.0.0.1:1/x"}
    done = checkout.run("doctor", "--json", **away)
    assert done.returncode == 1
    assert json.loads(done.stdout)["status"] == "unhealthy"
    assert "secret" not in done.stdout + done.stderr


def test_a_backup_and_its_restore(checkout, tmp_path):
    done = checkout.run("backup", str(tmp_path / "set"))
    assert done.returncode == 0, done.stderr
    assert f"mlops-assets restore {tmp_path / 'set'} --to HOME" in done.stdout
    again = checkout.run("backup", str(tmp_path / "set"))
    assert again.returncode == 2
    assert "not empty" in again.stderr

    refused = checkout.run("restore", str(tmp_path / "set"))
    assert refused.returncode == 2
    assert "add --force" in refused.stderr
    new = tmp_path / "new"
    told = json.loads(
        checkout.run("restore", str(tmp_path / "set"), "--to", str(new), "--json").stdout
    )
    assert told["home"] == str(new)
    assert told["ended_runs"] == 0
    well = checkout.run("doctor", MLOPS_ASSETS_HOME=str(new))
    assert well.returncode == 0, well.stdout


@pytest.mark.parametrize("command", ["init", "doctor", "backup", "restore"])
def test_every_command_has_an_example(checkout, command):
    assert f"mlops-assets {command}" in checkout.run(command, "--help").stdout.split("Example")[1]
