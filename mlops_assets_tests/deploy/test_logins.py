"""Who is let in: users and keys of every service, and the guard behind MLflow's login."""

import pytest
import requests

from mlops_assets_tests.deploy.deployment import ADMIN, ANNA, DATABASE_PASSWORD

pytestmark = [pytest.mark.process, pytest.mark.postgres]


def test_nobody_is_let_in_with_a_wrong_password(running):
    experiments = f"{running.url('MLFLOW')}/api/2.0/mlflow/experiments/search?max_results=9"
    page = f"{running.url('DAGSTER')}/server_info"
    for url, (name, password) in ((experiments, ADMIN), (page, ANNA)):
        assert requests.get(url, auth=(name, password), timeout=30).ok
        for wrong in ((name, "wrong password"), ("nobody", password), None):
            assert requests.get(url, auth=wrong, timeout=30).status_code == 401
    wrong = {"MLFLOW_TRACKING_PASSWORD": "wrong"}
    told = running.run("versions", "small", **wrong)
    assert (told.returncode, "answered with an error" in told.stderr) == (2, True)
    retrained = running.run("retrain", "small", **wrong)
    assert retrained.returncode == 1
    assert "Traceback" not in retrained.stderr
    for words in (told.stderr, retrained.stdout + retrained.stderr):
        assert "correct MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD" in words


@pytest.mark.parametrize(
    ("variable", "command"),
    [
        ("DAGSTER_STORAGE_URL", "init"),
        ("WAREHOUSE_URL", "init"),
        ("LEDGER_URL", "history small"),
        ("MLFLOW_BACKEND_STORE_URI", "backup BACKUP"),
    ],
)
def test_a_wrong_password_of_a_database_is_named_and_not_shown(
    running, tmp_path, variable, command
):
    wrong = running.env[variable].replace(DATABASE_PASSWORD, "wrong-secret")
    words = command.replace("BACKUP", str(tmp_path / "backup")).split()
    told = running.run(*words, **{variable: wrong})
    said = told.stdout + told.stderr
    assert (told.returncode, "Traceback" in said) == (2, False), said
    assert "password authentication failed" in said
    assert "secret" not in said
    assert not (tmp_path / "backup").exists()


def test_who_is_let_in_by_mlflow_is_still_judged_by_the_guard(running, promoted):
    url = f"{running.url('MLFLOW')}/api/2.0/mlflow/model-versions/delete"
    given = {"name": "small", "version": "1"}
    assert requests.delete(url, json=given, auth=("nobody", "x"), timeout=30).status_code == 401
    refused = requests.delete(url, json=given, auth=ADMIN, timeout=30)
    assert refused.status_code == 409
    assert "small version 1 is in production" in refused.json()["message"]
    users = f"{running.url('MLFLOW')}/api/2.0/mlflow/users/create"
    ben = {"username": "ben", "password": "another horse battery"}
    assert requests.post(users, json=ben, auth=ADMIN, timeout=30).ok
    login = (ben["username"], ben["password"])
    assert requests.delete(url, json=given, auth=login, timeout=30).status_code == 403
