"""What a backup holds, taken while retrains are going on."""

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from mlops_assets.errors import InputError
from mlops_assets.kinds.sklearn.storage import load
from mlops_assets.operations.backup.manifest import FILES, digest
from mlops_assets.operations.backup.restoring import restore_backup
from mlops_assets.operations.backup.taking import CLOCK_SECONDS, take_backup
from mlops_assets.operations.backup.verifying import verify_taken
from mlops_assets.operations.initialize import initialize
from mlops_assets.platform.demo_days import choose_days
from mlops_assets.platform.lake import POINTER
from mlops_assets.platform.mlflow.run_status_sensor import STATUS
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Ledger
from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.kept_homes import forget_places
from mlops_assets_tests.world import small_table, small_yaml

MODELS = ("one", "two", "three")
STARTED = "Retraining"


def consistent(settings: Settings) -> int:
    """Raise where something that is named in a restored home is not there; its versions."""
    client = open_store(settings)
    rows, versions = small_table(20), client.search_model_versions()
    for version in versions:
        assert len(load(version.source).predict(rows)) == 20
    with dg.DagsterInstance.local_temp(str(settings.dagster_home)) as instance:
        runs = {run.run_id: run for run in instance.get_runs()}
        assert all(run.is_finished for run in runs.values())
        for key in instance.all_asset_keys():
            event = instance.get_latest_materialization_event(key)
            if event is None:  # only a check has been recorded
                continue
            made = event.asset_materialization
            assert (settings.home / "lake" / made.metadata["lake_path"].value).read_bytes()
            # The index never knows an event that the log of its run does not.
            log = instance.get_records_for_run(
                event.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
            )
            assert key in {record.asset_key for record in log.records}
    for pointer in (settings.home / "lake").rglob(POINTER):
        assert (pointer.parent / json.loads(pointer.read_text())["file"]).exists()
    for experiment in client.search_experiments():
        for run in client.search_runs([experiment.experiment_id]):
            dagster_run = runs[run.data.tags["dagster_run_id"]]
            if PARENT not in run.data.tags:
                assert run.info.status == STATUS[dagster_run.status]
            assert run.info.status != "RUNNING"
    return len(versions)


PARENT = "mlflow.parentRunId"


def restored(folders: list[Path], elsewhere: Callable[[str], Settings]) -> int:
    """Restore backups in the order they were taken, each consistent; versions in the last one."""
    found, ended = [], 0
    for folder in folders:
        there = elsewhere(f"of {folder.name}")
        ended += restore_backup(folder, there).ended_runs
        found.append(consistent(there))
    assert found == sorted(found)
    assert ended > 0  # some were taken in the midst of a run
    return found[-1]


@pytest.mark.process
def test_backups_under_concurrent_retrains_are_consistent(tmp_path, monkeypatch):
    checkout = make_checkout(tmp_path / "checkout")
    for name in MODELS:
        checkout.model(name, small_yaml(name))
    small_table().to_csv(checkout.folder / "table.csv", index=False)
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    settings = checkout.settings
    assert checkout.run("retrain", "one").returncode == 0
    # Other rows, so that the second retrain of `one` makes a version as well.
    small_table(500).to_csv(checkout.folder / "table.csv", index=False)
    retrains = [checkout.start("retrain", name) for name in MODELS]
    folders = []
    while any(retrain.is_running for retrain in retrains):
        folders.append(tmp_path / f"backup-{len(folders)}")
        take_backup(settings, folders[-1])
        time.sleep(1)
    done = [retrain.finish() for retrain in retrains]
    assert [it.returncode for it in done] == [0, 0, 0], done
    folders.append(tmp_path / "backup-at-the-end")
    take_backup(settings, folders[-1])

    def elsewhere(name: str) -> Settings:
        return Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path / name)})

    assert restored(folders[-7:], elsewhere) == 4


def test_a_pointer_that_moves_meanwhile_is_as_it_was(settings, tmp_path, monkeypatch):
    """What the databases do not know of, the lake must not point at."""
    place = settings.home / "lake" / "small" / "features"
    place.mkdir(parents=True)
    for name in ("old", "new"):
        (place / f"{name}.json").write_text(name)
    (place / POINTER).write_text('{"file": "old.json"}')

    def move(words: str) -> None:
        if words == "files":  # the databases have been copied
            time.sleep(2 * CLOCK_SECONDS)
            (place / f"{POINTER}.part").write_text('{"file": "new.json"}')
            (place / f"{POINTER}.part").replace(place / POINTER)

    take_backup(settings, tmp_path / "backup", tell=move)
    taken = tmp_path / "backup" / "home" / "lake" / "small" / "features"
    assert json.loads((taken / POINTER).read_text()) == {"file": "old.json"}
    assert (taken / "new.json").read_text() == "new"


def test_the_ledger_the_warehouse_and_the_days_of_the_demo_are_in_it(settings, tmp_path):
    with Ledger(settings.ledger_url).store.reading():
        pass
    with closing(sqlite3.connect(settings.home / "warehouse.db")) as connection, connection:
        connection.execute("CREATE TABLE t AS SELECT 7 AS n")
    choose_days(settings, date(2026, 1, 15))
    done = take_backup(settings, tmp_path / "backup")
    for name in ("ledger.db", "warehouse.db", "mlflow/mlflow.db", "demo.json"):
        assert (tmp_path / "backup" / "home" / name).exists()
    assert done.left_out == ()

    without = take_backup(settings, tmp_path / "without", warehouse=False)
    assert not (tmp_path / "without" / "home" / "warehouse.db").exists()
    assert "warehouse" in without.left_out[0]


def test_stores_outside_the_home_come_home(settings, tmp_path):
    """A lake, a warehouse and artifacts elsewhere are in the set, in the places of a home."""
    away = tmp_path / "away"
    (away / "lake" / "small").mkdir(parents=True)
    (away / "lake" / "small" / "a.json").write_text("a")
    with closing(sqlite3.connect(away / "w.db")) as connection, connection:
        connection.execute("CREATE TABLE t AS SELECT 7 AS n")
    client = open_store(settings)
    number = client.create_experiment("away", artifact_location=(away / "files").as_uri())
    run = client.create_run(number).info.run_id
    client.log_text(run, "hello", "a/b.txt")
    given = settings.model_copy(
        update={"lake_url": str(away / "lake"), "warehouse_url": f"sqlite:///{away / 'w.db'}"}
    )
    take_backup(given, tmp_path / "backup")
    home = Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path / "home 2")})
    restore_backup(tmp_path / "backup", home)
    away.rename(tmp_path / "gone")
    assert (home.home / "lake" / "small" / "a.json").read_text() == "a"
    with closing(sqlite3.connect(home.home / "warehouse.db")) as connection:
        assert connection.execute("SELECT n FROM t").fetchall() == [(7,)]
    client = open_store(home)
    (file,) = client.list_artifacts(run, "a")
    local = client.download_artifacts(run, file.path)
    assert Path(local).read_text() == "hello"


def test_what_a_setting_has_replaced_is_left_out_by_name(settings, tmp_path):
    """A lake and a warehouse in the home, from before the settings named others."""
    away = tmp_path / "away"
    for folder in (settings.home, away):
        (folder / "lake" / "small").mkdir(parents=True)
        (folder / "lake" / "small" / "a.json").write_text(folder.name)
        with closing(sqlite3.connect(folder / "warehouse.db")) as connection, connection:
            connection.execute(f"CREATE TABLE t AS SELECT '{folder.name}' AS n")
    given = settings.model_copy(
        update={
            "lake_url": str(away / "lake"),
            "warehouse_url": f"sqlite:///{away / 'warehouse.db'}",
        }
    )
    done = take_backup(given, tmp_path / "backup")
    assert sorted(done.left_out) == [
        f"{settings.home / name}, which is not in use: a setting names {away / name}"
        for name in ("lake", "warehouse.db")
    ]
    home = Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path / "home 2")})
    restore_backup(tmp_path / "backup", home)
    assert (home.home / "lake" / "small" / "a.json").read_text() == "away"
    with closing(sqlite3.connect(home.home / "warehouse.db")) as connection:
        assert connection.execute("SELECT n FROM t").fetchall() == [("away",)]


def test_artifacts_from_elsewhere_keep_their_places_in_a_second_backup(settings, tmp_path):
    """The first restore brought some home; others are elsewhere again, and all keep their names."""

    def log(settings: Settings, name: str) -> str:
        place = (tmp_path / name).as_uri()
        client = open_store(settings)
        run = client.create_run(client.create_experiment(name, place)).info.run_id
        client.log_text(run, name, "uv.lock")
        return run

    runs, given = {}, settings
    for name in ("one", "two"):
        runs[name] = log(given, name)
        take_backup(given, tmp_path / f"backup {name}")
        given = Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path / f"home {name}")})
        restore_backup(tmp_path / f"backup {name}", given)
        (tmp_path / name).rename(tmp_path / f"gone {name}")
    forget_places()
    client = open_store(given)
    read = {n: Path(client.download_artifacts(run, "uv.lock")) for n, run in runs.items()}
    assert {n: path.read_text() for n, path in read.items()} == {"one": "one", "two": "two"}
    places = {client.get_run(run).info.artifact_uri.partition("/1")[0] for run in runs.values()}
    assert len(places) == 2
    assert all(place.startswith(given.home.as_uri()) for place in places)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda file: file.write_bytes(file.read_bytes()[:-1]), "a.json is damaged: 3 bytes inst"),
        (lambda file: file.write_bytes(b"then"), "a.json is damaged: its SHA-256"),
        (Path.unlink, "a.json is damaged: the file is missing"),
    ],
)
def test_a_backup_that_the_disk_has_changed_is_not_called_done(settings, tmp_path, harm, said):
    file = settings.home / "lake" / "small" / "a.json"
    file.parent.mkdir(parents=True)
    file.write_text("what")

    def when_written(words: str) -> None:
        if words.startswith("verifying"):
            harm(tmp_path / "backup" / "home" / "lake" / "small" / "a.json")

    with pytest.raises(InputError, match=f"{said}.*take the backup again"):
        take_backup(settings, tmp_path / "backup", tell=when_written)
    with pytest.raises(InputError, match="has no manifest"):
        restore_backup(tmp_path / "backup", settings)


def test_two_files_with_one_name_are_no_backup(settings, tmp_path):
    done = take_backup(settings, tmp_path / "backup")
    lines = tmp_path / "backup" / FILES
    lines.write_text(2 * lines.read_text())
    twice = done.model_copy(update={"files_sha256": digest(lines)})
    with pytest.raises(InputError, match="is listed twice"):
        verify_taken(tmp_path / "backup", twice, [])


@pytest.mark.parametrize("place", ["dagster/history/runs.db", "dagster/schedules/schedules.db"])
def test_a_damaged_database_of_dagster_is_no_plain_file(settings, tmp_path, place):
    initialize(settings, [])
    (settings.home / place).write_bytes(b"no database, and longer than the header of one" * 20)
    with pytest.raises(InputError, match=f"{place}.*not a database"):
        take_backup(settings, tmp_path / "backup")


def test_a_file_that_only_looks_like_a_database_is_copied_as_it_is(settings, tmp_path):
    (settings.home / "notes.db").write_text("these are notes, and long enough to be read")
    (settings.home / "empty.db").touch()
    take_backup(settings, tmp_path / "backup")
    taken = tmp_path / "backup" / "home"
    assert (taken / "notes.db").read_text() == (settings.home / "notes.db").read_text()
    with closing(sqlite3.connect(taken / "empty.db")) as connection:
        assert connection.execute("SELECT * FROM sqlite_master").fetchall() == []


def test_artifacts_and_logs_are_copied_whatever_they_are_called(settings, tmp_path):
    places = [
        "mlflow/artifacts/1/run/artifacts/uv.lock",
        "mlflow/artifacts/1/run/artifacts/x.part",
        "mlflow/artifacts/1/run/artifacts/of.locks/notes-journal",
        "dagster/storage/run/compute_logs/step.lock",
    ]
    for place in (*places, "mlflow/create.lock", "lake/small/a.json.part"):
        (settings.home / place).parent.mkdir(parents=True, exist_ok=True)
        (settings.home / place).write_text(place)
    take_backup(settings, tmp_path / "backup")
    taken = tmp_path / "backup" / "home"
    assert [(taken / place).read_text() for place in places] == places
    assert not (taken / "mlflow/create.lock").exists()
    assert not (taken / "lake/small/a.json.part").exists()


def test_a_database_of_another_kind_is_named_and_left_out(settings, tmp_path):
    url = "mysql://me:secret@elsewhere/warehouse"
    elsewhere = settings.model_copy(update={"warehouse_url": url, "ledger_url": url})
    open_store(settings)
    ledger, warehouse = take_backup(elsewhere, tmp_path / "backup").left_out
    assert ledger.startswith("the database mysql://me:***@elsewhere/warehouse of LEDGER_URL: back")
    assert "of WAREHOUSE_URL" in warehouse


def test_servers_of_others_are_named_and_left_out(settings, tmp_path):
    given = settings.model_copy(
        update={
            "mlflow_tracking_uri": "http://me:secret@mlflow.example:5000",
        }
    )
    done = take_backup(given, tmp_path / "backup")
    (mlflow,) = done.left_out
    assert mlflow.startswith("MLflow at http://mlflow.example:5000")
    assert "set MLFLOW_BACKEND_STORE_URI" in mlflow
    assert "secret" not in (tmp_path / "backup" / "manifest.json").read_text()


def test_a_folder_with_something_in_it_or_in_the_home_is_refused(settings, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(InputError, match="not empty"):
        take_backup(settings, tmp_path / "full")
    with pytest.raises(InputError, match="which is to be backed up"):
        take_backup(settings, settings.home / "backups" / "1")
