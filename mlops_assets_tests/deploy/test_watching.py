"""The services as somebody sees them who watches over them: health checks, logs, processes."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from mlops_assets_tests.deploy.compose import own_services
from mlops_assets_tests.deploy.deployment import (
    ADMIN,
    ANNA,
    DATABASE_PASSWORD,
    FLASK_KEY,
    KEY,
    Deployment,
)
from mlops_assets_tests.deploy.s3 import KEYS, object_store
from mlops_assets_tests.postgres import programs
from mlops_assets_tests.server import free_port

pytestmark = [pytest.mark.process, pytest.mark.postgres]


def test_a_health_check_knows_whether_its_service_is_up(running):
    checked = [name for name, it in running.services.items() if it.healthcheck]
    assert checked == ["mlflow", "code", "webserver", "daemon", "serving"]
    with psycopg.connect(running.postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE without_daemon")
    url = running.env["DAGSTER_STORAGE_URL"].replace("/dagster?", "/without_daemon?")
    ports = {name: str(free_port()) for name in running.env if name.endswith("_PORT")}
    home = {"MLOPS_ASSETS_HOME": str(running.checkout.folder / "state_of_nobody")}
    nobody = replace(running, services=own_services({**running.env, **ports}))
    with ThreadPoolExecutor() as threads:
        up = threads.map(running.health, checked)
        down = threads.map(lambda it: nobody.health(it, DAGSTER_STORAGE_URL=url, **home), checked)
        assert dict(zip(checked, up, strict=True)) == dict.fromkeys(checked, True)
        assert dict(zip(checked, down, strict=True)) == dict.fromkeys(checked, False)


def test_no_secret_is_in_a_log_a_database_an_object_or_the_list_of_processes(running, promoted):
    secrets = [ANNA[1], ADMIN[1], KEY, DATABASE_PASSWORD, FLASK_KEY, KEYS["AWS_SECRET_ACCESS_KEY"]]
    places = {**dict(written(running)), "processes": " ".join(promoted)}
    assert {"mlflow.log", "code.log", "database dagster", "database mlflow"} <= places.keys()
    assert any(it.startswith("mlops/artifacts/") for it in places)
    assert "mlops_assets.overview.server" in places["processes"]
    shown = {(place, it) for place, text in places.items() for it in secrets if it in text}
    assert shown == set()


def written(running: Deployment) -> Iterator[tuple[str, str]]:
    """What the services have written so far, by place."""
    for file in running.checkout.folder.glob("*.log"):
        yield file.name, file.read_text()
    for file in (running.checkout.folder / "state").rglob("*"):
        if file.is_file():
            yield str(file), file.read_text(errors="replace")
    for name in ("mlflow", "dagster", "ledger", "warehouse"):
        url = running.postgres.replace("/postgres?", f"/{name}?")
        done = subprocess.run([programs() / "pg_dump", url], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        yield f"database {name}", done.stdout
    files = object_store(running.env["MLFLOW_S3_ENDPOINT_URL"])
    for path, content in files.cat(files.find("mlops")).items():
        yield path, content.decode(errors="replace")
