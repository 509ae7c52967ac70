"""The services of compose.yaml together: from a retrain to a prediction, a backup, a restore."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import requests
from mlflow.artifacts import load_text

from mlops_assets.client import model_registry
from mlops_assets.operations.prune.pruning import days_of, find_old, remove
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.deploy.deployment import ADMIN, ANNA, KEY, Deployment
from mlops_assets_tests.deploy.s3 import object_store
from mlops_assets_tests.document_calls import main
from mlops_assets_tests.server import wait_until

OURS = {"model": "small", "mlflow.runName": "raw_data"}
pytestmark = [pytest.mark.process, pytest.mark.postgres]


def test_what_was_retrained_and_promoted_answers_predictions(running, promoted):
    url = f"{running.url('SERVING')}/models/small"
    headers = {"X-API-Key": KEY}
    ready = f"{running.url('SERVING')}/health/ready"
    wait_until(lambda: requests.get(ready, timeout=5).ok, 30)

    def answer() -> dict:
        return requests.post(f"{url}/predict", json={"x": 0.9}, headers=headers, timeout=5).json()

    wait_until(lambda: answer()["model_version"] == "registry-1", 30)
    assert answer()["prediction"] == 1
    assert requests.post(f"{url}/predict", json={"x": 0.9}, timeout=5).status_code == 401


def test_the_page_shows_what_a_run_printed_which_is_on_s3(running, promoted):
    files = object_store(running.env["MLFLOW_S3_ENDPOINT_URL"])
    found = files.find("mlops/lake/_dagster/storage")
    logs = [it for it in found if "/compute_logs/" in it and it.endswith(".err")]
    run_id, kind, name = logs[0].removesuffix(".err").split("/")[-3:]
    asked = "query($key: [String!]!) { capturedLogs(logKey: $key) { stderr } }"
    query = {"query": asked, "variables": {"key": [run_id, kind, name]}}
    address = f"{running.url('DAGSTER')}/graphql"
    answer = requests.post(address, json=query, auth=ANNA, timeout=30).json()
    assert "STEP_SUCCESS" in answer["data"]["capturedLogs"]["stderr"]


def test_the_default_experiments_of_the_document_are_there(running):
    url = f"{running.url('MLFLOW')}/api/2.0/mlflow/experiments/search?max_results=99"
    found = requests.get(url, auth=ADMIN, timeout=30).json()["experiments"]
    names = {it["name"] for it in found}
    assert {f"{it}-models" for it in ("resume-parsing", "scoring", "baseline", "semantic")} <= names


def test_the_documents_calls_on_the_server(running, monkeypatch, capsys):
    use(running, monkeypatch)
    monkeypatch.delitem(vars(model_registry), "registry", raising=False)
    asyncio.run(main())
    said = capsys.readouterr().out
    assert "predicted [0, 1] True" in said
    assert said.splitlines()[-1] == "health healthy"


def test_a_backup_is_restored_to_other_databases_and_another_place_in_s3(
    running, promoted, tmp_path
):
    done = running.run("backup", str(tmp_path / "backup"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "left out" not in done.stdout.lower()
    other = elsewhere(running, tmp_path)
    # The server has the old database still.
    server = {"MLFLOW_TRACKING_URI": running.env["MLFLOW_TRACKING_URI"]}
    restored = running.run("restore", str(tmp_path / "backup"), **{**other, **server})
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


def test_what_is_old_goes_from_the_database_and_s3_and_what_serves_stays(
    running, promoted, monkeypatch
):
    use(running, monkeypatch)
    settings, later = running.settings, datetime.now(UTC) + timedelta(days=100)
    client = open_store(settings)
    serving = client.get_model_version_by_alias("small", "production")
    old = client.create_run(client.get_run(serving.run_id).info.experiment_id, tags=OURS)
    client.log_text(old.info.run_id, "gone", "note.txt")
    client.set_terminated(old.info.run_id)
    files, place = object_store(settings.s3_endpoint_url), f"{old.info.artifact_uri}/note.txt"
    assert files.exists(place)
    parts = find_old(settings, days_of("90d"), now=later)
    assert [it for part in parts for it in part.items if old.info.run_id in it]
    assert not [it for part in parts for it in part.items if serving.run_id in it]
    assert remove(settings, parts) == []
    assert not files.exists(place)
    assert not any(it.items for it in find_old(settings, days_of("90d"), now=later))
    assert client.get_run(serving.run_id).info.lifecycle_stage == "active"
    assert load_text(f"runs:/{serving.run_id}/training.json")
    shown = running.run("prune", "--older-than", "90d")
    assert (shown.returncode, "nothing was removed" in shown.stdout) == (0, True), shown.stderr


def use(running: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process be a program that uses the services."""
    for name, value in running.environment().items():
        monkeypatch.setenv(name, value)


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
