"""The services of compose.yaml together: from a login to a prediction, a backup and a restore."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests
from dagster import DagsterRunStatus
from dagster_graphql import DagsterGraphQLClient

from mlops_assets.client import model_registry
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.deploy.deployment import (
    ADMIN,
    ANNA,
    KEY,
    Deployment,
    deployment,
    log_of,
)
from mlops_assets_tests.document_calls import main
from mlops_assets_tests.server import wait_until

pytestmark = [pytest.mark.process, pytest.mark.postgres]

ENDED = (DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE)


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Deployment]:
    with deployment(tmp_path_factory.mktemp("deployment")) as made:
        yield made


def test_from_a_retrain_by_the_page_to_a_prediction(running):
    client = DagsterGraphQLClient(
        "127.0.0.1", port_number=int(running.env["DAGSTER_PORT"]), auth=ANNA
    )
    run_id = client.submit_job_execution("small_retrain")
    wait_until(lambda: client.get_run_status(run_id) in ENDED, 120)
    assert client.get_run_status(run_id) is DagsterRunStatus.SUCCESS, log_of(running, "code")
    promoted = running.run("promote", "small", "1")
    assert promoted.returncode == 0, promoted.stdout + promoted.stderr
    url = f"{running.url('SERVING')}/models/small"
    headers = {"X-API-Key": KEY}
    ready = f"{running.url('SERVING')}/health/ready"
    wait_until(lambda: requests.get(ready, timeout=5).ok, 30)

    def answer() -> dict:
        return requests.post(f"{url}/predict", json={"x": 0.9}, headers=headers, timeout=5).json()

    wait_until(lambda: answer()["model_version"] == "registry-1", 30)
    assert answer()["prediction"] == 1
    assert requests.post(f"{url}/predict", json={"x": 0.9}, timeout=5).status_code == 401


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


def test_who_is_let_in_by_mlflow_is_still_judged_by_the_guard(running):
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


def test_the_default_experiments_of_the_document_are_there(running):
    url = f"{running.url('MLFLOW')}/api/2.0/mlflow/experiments/search?max_results=99"
    found = requests.get(url, auth=ADMIN, timeout=30).json()["experiments"]
    names = {it["name"] for it in found}
    assert {f"{it}-models" for it in ("resume-parsing", "scoring", "baseline", "semantic")} <= names


def test_the_documents_calls_on_the_server(running, monkeypatch, capsys):
    for name, value in running.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(vars(model_registry), "registry", raising=False)
    asyncio.run(main())
    said = capsys.readouterr().out
    assert "predicted [0, 1] True" in said
    assert said.splitlines()[-1] == "health healthy"


def test_a_backup_is_restored_to_other_databases_and_another_place_in_s3(running, tmp_path):
    done = running.run("backup", str(tmp_path / "backup"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "left out" not in done.stdout.lower()
    other = elsewhere(running, tmp_path)
    restored = running.run("restore", str(tmp_path / "backup"), **other)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    settings = Settings.from_environment({**running.environment(), **other})
    client = open_store(settings)
    places = {it.artifact_location.rpartition("/")[0] for it in client.search_experiments()}
    assert places == {other["MLFLOW_ARTIFACT_ROOT"]}
    health = json.loads(running.run("doctor", "--json", **other).stdout)
    assert [it for it in health["checks"] if it["status"] == "unhealthy"] == []
    seen = json.loads(running.run("versions", "small", "--json", **other).stdout)
    assert seen[0]["stage"] == "production"
    again = running.run("restore", str(tmp_path / "backup"), "--force", **other)
    assert (again.returncode, "is there already" in again.stderr) == (2, True)


def elsewhere(running: Deployment, folder: Path) -> dict[str, str]:
    """Other databases of the same server, other places in S3, and a home of its own."""
    names = ("MLFLOW_BACKEND_STORE_URI", "DAGSTER_STORAGE_URL", "LEDGER_URL", "WAREHOUSE_URL")
    databases = {name: running.env[name] for name in names}
    with psycopg.connect(running.postgres, autocommit=True) as connection:
        for name, url in databases.items():
            connection.execute(f"CREATE DATABASE restored_{name.lower()}")
            used = url.partition("?")[0].rpartition("/")[2]
            databases[name] = url.replace(f"/{used}?", f"/restored_{name.lower()}?")
    files = {"LAKE_URL": "s3://mlops/lake-2", "MLFLOW_ARTIFACT_ROOT": "s3://mlops/artifacts-2"}
    home = {"MLOPS_ASSETS_HOME": str(folder / "home"), "MLFLOW_TRACKING_URI": ""}
    return {**databases, **files, **home}
