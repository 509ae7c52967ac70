"""The life of a model on two machines that share PostgreSQL and S3, and no file, name or process.

One has the code server, the other the daemon. Each command is where the one before was not.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import dagster as dg
import pytest
import requests
import s3fs

from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.mlflow.runs import PARENT_TAG
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import PACKAGE_PARENT, Settings
from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.deploy.s3 import KEYS, s3_server
from mlops_assets_tests.faults.test_killed_daemon import DRIFTED, MODEL, TRAINED
from mlops_assets_tests.machines.machine import Machine, namespaces
from mlops_assets_tests.server import free_port, wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.process]
DATABASES = ("DAGSTER_STORAGE_URL", "MLFLOW_TRACKING_URI", "LEDGER_URL", "WAREHOUSE_URL")
PLACES = {"LAKE_URL": "s3://state/lake", "MLFLOW_ARTIFACT_ROOT": "s3://state/artifacts"}
PATIENCE = 300
WORKSPACE = PACKAGE_PARENT / "deploy" / "workspace.yaml"


@pytest.fixture
def stores(new_database) -> Iterator[dict[str, str]]:
    """The addresses that all machines have."""
    with s3_server() as url:
        databases = {name: new_database() for name in DATABASES}
        yield {**databases, **PLACES, **KEYS, "MLFLOW_S3_ENDPOINT_URL": url}


@pytest.fixture
def machines(stores, tmp_path) -> Iterator[tuple[Machine, Machine]]:
    namespaces()
    names = ("alpha", "beta")
    made = []
    for name in names:
        checkout = make_checkout(tmp_path / name)
        checkout.model("quick", MODEL.format(name="quick", passes=100))
        others = [tmp_path / it for it in names if it != name]
        python = {"PYTHONPATH": f"{checkout.folder}:{PACKAGE_PARENT}"}
        made.append(Machine(name, checkout, others, {**checkout.environment, **stores, **python}))
    yield made[0], made[1]
    for machine in made:
        machine.close()


def here(stores: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a third machine: this process."""
    for name, value in {**stores, "MLOPS_ASSETS_HOME": str(home)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    s3fs.S3FileSystem.clear_instance_cache()
    return Settings.from_environment()


def unhealthy(machine: Machine) -> dict[str, str]:
    """What its doctor finds that is not healthy, and what it says about the code server."""
    found = json.loads(machine.ask("mlops-assets", "doctor", "--json")[1])["checks"]
    return {it["name"]: it["seen"] for it in found if it["status"] == "unhealthy"}


def printed(instance: dg.DagsterInstance, run_id: str) -> str:
    """What the process of a run wrote."""
    kind = dg.DagsterEventType.LOGS_CAPTURED
    (captured,) = instance.get_records_for_run(run_id, of_type=kind).records
    event, logs = captured.event_log_entry.dagster_event, instance.compute_log_manager
    assert event
    key = logs.build_log_key_for_run(run_id, event.logs_captured_data.file_key)
    return (logs.get_log_data(key).stderr or b"").decode()


def test_a_model_lives_on_two_machines(machines, stores, new_database, tmp_path, monkeypatch):
    alpha, beta = machines
    assert "created" in alpha.run("init")
    assert "created" not in beta.run("init")
    assert unhealthy(beta) == {}
    beta.play("quick", "retrain", TRAINED)
    alpha.run("monitor", "quick", "--day", DRIFTED[0])
    beta.run("monitor", "quick", "--day", DRIFTED[1])
    settings = here(stores, tmp_path / "third", monkeypatch)
    with open_instance(settings) as instance:
        run_id = retrain_by_the_sensor(alpha, beta, instance)
        assert "STEP_SUCCESS" in printed(instance, run_id)
        roots = Counter(it.run_id for it in instance.get_runs())
    assert unhealthy(beta) == unhealthy(alpha) == {}
    (beta.checkout.folder / "mlops_assets" / "defs" / "quick" / "note.txt").write_text("newer")
    assert "the models under defs" in unhealthy(beta)["code"]
    assert " here" in unhealthy(beta)["code"]
    assert unhealthy(alpha) == {}

    beta.run("rollback", "quick", "--reason", "to see the first again")
    assert served_by(alpha) == "registry-1"
    alpha.run("promote", "quick", "2", "--force", "--reason", "enough")
    assert served_by(beta) == "registry-2"
    client = open_store(settings)
    experiment = client.get_experiment_by_name("quick")
    runs = client.search_runs([experiment.experiment_id], max_results=1000)
    assert {run.info.status for run in runs} == {"FINISHED"}
    parents = [it.data.tags for it in runs if PARENT_TAG not in it.data.tags]
    assert Counter(it["dagster_root_run_id"] for it in parents) == roots
    assert {Path(it.info.artifact_uri).parts[1] for it in runs} == {"state"}
    for machine in machines:
        kept = {it.relative_to(machine.home).parts[0] for it in files_of(machine.home)}
        assert kept <= {"home_folder", "dagster", "cache", "model_copies", "serving"}
        assert [it.name for it in files_of(machine.home / "dagster")] == ["dagster.yaml"]

    alpha.run("backup", str(tmp_path / "backup"))
    other = {name: new_database() for name in DATABASES}
    other |= {name: f"{url}-2" for name, url in PLACES.items()}
    beta.close()
    again = Machine("gamma", beta.checkout, [alpha.checkout.folder], {**beta.environment, **other})
    again.environment["MLOPS_ASSETS_HOME"] = str(beta.checkout.folder / "restored")
    again.run("restore", str(tmp_path / "backup"))
    versions = json.loads(again.run("versions", "quick", "--json"))
    assert {it["stage"] for it in versions} == {"production", "archived"}
    assert {"code"} >= unhealthy(again).keys()
    again.play("quick", "monitor", DRIFTED[1])
    again.close()


def files_of(folder: Path) -> list[Path]:
    return [it for it in folder.rglob("*") if it.is_file()]


def retrain_by_the_sensor(alpha: Machine, beta: Machine, instance: dg.DagsterInstance) -> str:
    """The run that the daemon of one machine has asked the code server of the other for."""
    port = free_port()
    address = {"DAGSTER_CODE_HOST": "127.0.0.1", "DAGSTER_CODE_PORT": str(port)}
    beta.environment |= address
    served = ("mlops_assets.platform.dagster.code_server", "--host", "127.0.0.1", "--port")
    daemon = ("mlops_assets.platform.dagster.daemon", "run", f"--workspace={WORKSPACE}")
    asked = dg.RunsFilter(tags={"dagster/sensor_name": "quick_drift_sensor"})
    with alpha.running("-m", *served, str(port)), beta.running("-m", *daemon):

        def has_ended() -> dg.DagsterRun | None:
            return next((it for it in instance.get_runs(asked) if it.is_finished), None)

        run = wait_until(has_ended, PATIENCE)
        assert run.status is dg.DagsterRunStatus.SUCCESS, alpha.log()
        wait_until(partial(closed, run.run_id), PATIENCE)
    return run.run_id


def closed(run_id: str) -> bool:
    """Whether the parent in MLflow has ended, which the daemon sees to."""
    client = open_store(Settings.from_environment())
    experiment = client.get_experiment_by_name("quick")
    found = client.search_runs([experiment.experiment_id], f"tags.dagster_run_id = '{run_id}'")
    return bool(found) and {it.info.status for it in found} == {"FINISHED"}


def served_by(machine: Machine) -> str:
    """The version that answers a prediction there."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/models/quick/predict"
    row = {"age": 50, "chol": 240, "thalach": 150, "oldpeak": 1.0}

    def answer() -> dict | None:
        try:
            said = requests.post(url, json=row, timeout=5)
        except requests.ConnectionError:
            return None
        return said.json() if said.ok else None

    with machine.running("-m", "mlops_assets.cli", "serve", "quick", "--port", str(port)):
        return str(wait_until(answer, PATIENCE)["model_version"])
