"""What the checks of `doctor` say of stores that are well, away, hanging or not there."""

import socket
import sqlite3
import threading
import time
from contextlib import closing

import pandas
import psycopg
import pytest

from mlops_assets.operations.health import store_checks as health_checks
from mlops_assets.operations.health.check import Seen, check_all, overall
from mlops_assets.operations.health.registry import registry_health
from mlops_assets.operations.health.store_checks import checks
from mlops_assets.operations.initialize import initialize
from mlops_assets.platform import served_code
from mlops_assets.platform.dagster.home import open_instance, use_dagster_home
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Entry, Ledger
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets_tests.versions import promoted, registered


@pytest.fixture
def initialized(settings):
    initialize(settings, ["first", "second"])
    return settings


def outcomes(settings, *names: str, limit: float = 10.0):
    chosen = [(name, check) for name, check in checks(settings) if name in names or not names]
    return {checked.name: checked for checked in check_all(chosen, limit)}


def test_all_is_well_after_init_but_for_a_daemon_that_does_not_run(initialized):
    found = outcomes(initialized)
    assert {name: c.status for name, c in found.items() if c.status != "healthy"} == {
        "daemon": "warning"
    }, found
    assert overall(found.values()) == "healthy"
    assert "3 experiments" in found["mlflow"].seen
    assert found["daemon"].todo.startswith("start it")
    assert all(checked.milliseconds >= 0 for checked in found.values())


def test_looking_at_nothing_creates_nothing(settings):
    (settings.home / "mlflow" / "mlflow.db").unlink()
    found = outcomes(settings)
    stores = {"dagster", "mlflow", "artifacts", "lake", "ledger"}
    assert stores <= {name for name, c in found.items() if c.status == "unhealthy"}
    assert all("mlops-assets init" in found[name].todo for name in stores)
    assert [path for path in settings.home.rglob("*") if path.is_file()] == []


def test_a_change_that_is_half_done_is_told_and_after_a_minute_unhealthy(initialized, monkeypatch):
    log = Ledger(initialized.ledger_url)
    with log.changing("churn") as writer:
        writer.append(Entry(model="churn", action="promote", version="1", actor="anna"))
    found = outcomes(initialized, "ledger")["ledger"]
    assert found.status == "healthy"
    assert "1 unfinished: churn" in found.seen
    monkeypatch.setattr(health_checks, "PATIENCE", 0)
    found = outcomes(initialized, "ledger")["ledger"]
    assert found.status == "unhealthy"
    assert "mlops-assets versions" in found.todo
    with log.changing("churn") as writer:
        (intent,) = writer.unfinished()
        writer.append(intent.model_copy(update={"kind": "done"}))
    found = outcomes(initialized, "ledger")["ledger"]
    assert (found.status, "unfinished" in found.seen) == ("healthy", False)


def test_a_daemon_that_beats_is_healthy(initialized):
    from dagster._daemon.types import DaemonHeartbeat

    with open_instance(initialized) as instance:
        instance.add_daemon_heartbeat(DaemonHeartbeat(time.time(), "SENSOR", "id", []))
        assert outcomes(initialized, "daemon")["daemon"].status == "healthy"
        instance.add_daemon_heartbeat(DaemonHeartbeat(time.time() - 900, "SENSOR", "id", []))
    late = outcomes(initialized, "daemon")["daemon"]
    assert late.status == "warning"
    assert "15 minutes ago" in late.seen


@pytest.fixture
def on_postgres(home, new_database, monkeypatch):
    """Settings with Dagster in a database that is empty."""
    monkeypatch.setenv("DAGSTER_STORAGE_URL", new_database())
    return Settings.from_environment()


def test_dagster_in_postgresql_is_counted_with_its_address_and_schema(on_postgres):
    initialize(on_postgres, [])
    found = outcomes(on_postgres, "dagster", "daemon")
    assert found["dagster"].status == "healthy"
    assert "0 runs, 0 in progress (PostgresRunStorage) at postgresql" in found["dagster"].seen
    assert 0 < found["dagster"].milliseconds < 10_000
    assert found["daemon"].seen == "it has never run"
    with psycopg.connect(plain(on_postgres)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    late = outcomes(on_postgres, "dagster")["dagster"]
    assert late.status == "unhealthy"
    assert "schema 0000, but" in late.seen
    assert "mlops-assets upgrade" in late.todo


def test_other_code_than_the_code_servers_is_told_and_unhealthy_on_another_machine(on_postgres):
    initialize(on_postgres, [])
    found = outcomes(on_postgres, "code")["code"]
    assert (found.status, found.seen) == ("warning", "none has started with this database")
    served_code.note(on_postgres)
    found = outcomes(on_postgres, "code")["code"]
    assert found.status == "healthy"
    assert found.seen.startswith(f"the same code, models and packages as on {socket.gethostname()}")
    other = '{"pandas": "1.0", "the code": "older", "a-package-of-one": "1"}'
    with psycopg.connect(plain(on_postgres)) as connection:
        connection.execute("UPDATE mlops_assets_code_server SET versions = versions || %s", [other])
    found = outcomes(on_postgres, "code")["code"]
    assert found.status == "warning"
    assert "reload the code location" in found.todo
    with psycopg.connect(plain(on_postgres)) as connection:
        connection.execute("UPDATE mlops_assets_code_server SET host = 'elsewhere'")
    found = outcomes(on_postgres, "code")["code"]
    assert (found.status, "requirements.lock" in found.todo) == ("unhealthy", True)
    here = pandas.__version__
    assert f"here, older there, pandas {here} here, 1.0 there; on elsewhere, loaded" in found.seen
    assert "a-package-of-one" not in found.seen


def plain(settings) -> str:
    return settings.dagster_storage_url.replace("+psycopg", "")


def test_a_database_without_dagsters_tables_stays_empty_and_is_unhealthy(on_postgres):
    use_dagster_home(on_postgres)
    found = outcomes(on_postgres, "dagster", "daemon")
    assert all(checked.seen.startswith("no tables of Dagster at") for checked in found.values())
    assert all("mlops-assets init" in checked.todo for checked in found.values())
    with psycopg.connect(plain(on_postgres)) as connection:
        assert connection.execute("SELECT to_regclass('runs')").fetchone() == (None,)


def test_a_dagster_yaml_that_does_not_name_the_database_is_unhealthy(
    initialized, new_database, monkeypatch
):
    monkeypatch.setenv("DAGSTER_STORAGE_URL", new_database())
    found = outcomes(Settings.from_environment(), "dagster")["dagster"]
    assert found.status == "unhealthy"
    assert "dagster.yaml does not refer to postgresql" in found.seen


def test_a_driver_that_dagsters_pages_cannot_use_is_unhealthy(
    settings, new_database, tmp_path, monkeypatch
):
    text = f"storage: {{postgres: {{postgres_url: '{new_database()}'}}}}"
    (tmp_path / "dagster.yaml").write_text(text)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    open_instance(settings).dispose()
    found = outcomes(settings, "dagster")["dagster"]
    assert found.status == "unhealthy"
    assert "use postgresql+psycopg2://" in found.todo


def test_a_server_that_never_answers_is_given_up(settings):
    """It accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        given = settings.model_copy(update={"mlflow_tracking_uri": f"http://127.0.0.1:{port}"})
        began = time.monotonic()
        found = outcomes(given, "mlflow", limit=1.0)["mlflow"]
    assert found.status == "unhealthy"
    assert found.seen == "no answer within 1 s"
    assert time.monotonic() - began < 15


def test_addresses_that_do_not_answer_are_named_without_passwords(initialized):
    away = "postgresql://me:secret@127.0.0.1:1/x"
    given = initialized.model_copy(
        update={
            "warehouse_url": away,
            "ledger_url": away,
            "mlflow_tracking_uri": "http://me:secret@127.0.0.1:1",
        }
    )
    found = outcomes(given, "mlflow", "warehouse", "ledger")
    assert {checked.status for checked in found.values()} == {"unhealthy"}
    assert all("127.0.0.1" in checked.seen and checked.todo for checked in found.values())
    assert "secret" not in str(found)
    assert "LEDGER_URL" in str(found["ledger"])
    assert "WAREHOUSE_URL" in str(found["warehouse"])


def test_a_schema_of_another_release_is_unhealthy(initialized):
    file = initialized.home / "mlflow" / "mlflow.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    found = outcomes(initialized, "mlflow")["mlflow"]
    assert found.status == "unhealthy"
    assert found.seen.startswith("schema 0000, but")
    assert "mlops-assets upgrade" in found.todo
    file.write_bytes(b"")
    found = outcomes(initialized, "mlflow")["mlflow"]
    assert found.seen.startswith("schema missing, but")
    assert "mlops-assets init" in found.todo


def test_a_lake_that_cannot_be_written_is_unhealthy(initialized):
    lake = initialized.home / "lake"
    lake.rmdir()
    lake.write_text("a file where the folder should be")
    assert outcomes(initialized, "lake")["lake"].status == "unhealthy"


def test_several_checks_of_which_one_hangs():
    stop = threading.Event()
    given = [("hangs", stop.wait), ("fine", lambda: Seen("all right"))]
    hangs, fine = check_all(given, 0.1)
    stop.set()
    assert (hangs.status, fine.status) == ("unhealthy", "healthy")
    assert overall([hangs, fine]) == "unhealthy"


def test_an_alias_that_was_set_by_hand_is_unhealthy_and_says_what_to_do(initialized):
    client = open_store(initialized)
    model = RegisteredModel(client, "churn", Ledger(initialized.ledger_url), actor="anna")
    promoted(model, "f1")
    failed = registered(model, "f2", passed=False)
    client.create_registered_model("somebody else's")
    assert outcomes(initialized, "stages")["stages"].status == "healthy"
    client.set_registered_model_alias("churn", "production", failed)
    found = outcomes(initialized, "stages")["stages"]
    assert (found.status, found.seen) == (
        "unhealthy",
        "churn: version 2 is in production, but 1 according to the ledger",
    )
    assert "mlops-assets promote" in found.todo
    assert registry_health(initialized)["status"] == "unhealthy"
    client.delete_registered_model_alias("churn", "production")
    found = outcomes(initialized, "stages")["stages"]
    assert found.seen == "churn: version none is in production, but 1 according to the ledger"
