"""Dagster's own PostgreSQL in a backup: the same runs and events again elsewhere."""

import time

import dagster as dg
import psycopg
import pytest
import yaml
from psycopg import sql

from mlops_assets.errors import InputError
from mlops_assets.operations.backup.restoring import restore_backup
from mlops_assets.operations.backup.taking import take_backup
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.operations.backup.test_taking import consistent, restored
from mlops_assets_tests.world import World, small_retrain, small_table, small_yaml

STORAGE = {"postgres": {"postgres_url": {"env": "DAGSTER_STORAGE_URL"}}}
EVENTS = "SELECT id, run_id, dagster_event_type, timestamp, asset_key FROM event_logs ORDER BY id"


@pytest.fixture
def on_postgres(home, new_database, monkeypatch, kept_homes):
    """A world whose Dagster is in PostgreSQL, with one version and a run that goes on."""
    monkeypatch.setenv("DAGSTER_STORAGE_URL", new_database())
    settings = Settings.from_environment()
    with open_instance(settings) as instance:
        world = World(settings, instance, kept_homes)
        small_table().to_csv(world.csv, index=False)
        assert world.retrain_as_of("2026-01-04").success
        instance.create_run_for_job(small_retrain(), status=dg.DagsterRunStatus.STARTED)
        yield world


@pytest.fixture
def elsewhere(tmp_path, new_database, monkeypatch):
    """Another home and another database, which the environment names."""

    def make(name: str = "other home") -> Settings:
        for set_by_libraries in ("DAGSTER_HOME", "MLFLOW_TRACKING_URI"):
            monkeypatch.delenv(set_by_libraries, raising=False)
        monkeypatch.setenv("MLOPS_ASSETS_HOME", str(tmp_path / name))
        monkeypatch.setenv("DAGSTER_STORAGE_URL", new_database())
        return Settings.from_environment()

    return make


def rows(url: str, query: str | sql.Composed = EVENTS) -> list[tuple]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(query).fetchall()


def test_runs_and_events_are_there_again_and_what_went_on_has_ended(
    on_postgres, elsewhere, tmp_path
):
    before = on_postgres.settings
    done = take_backup(before, tmp_path / "backup")
    assert [dump.variables for dump in done.dumps] == [("DAGSTER_STORAGE_URL",)]
    assert done.left_out == ()
    there = elsewhere()
    restored = restore_backup(tmp_path / "backup", there)
    assert (restored.ended_runs, restored.notes) == (1, ())
    events = rows(before.dagster_storage_url)
    assert len(events) > 50
    assert rows(there.dagster_storage_url)[: len(events)] == events

    before.home.rename(tmp_path / "gone")
    assert consistent(there) == 1
    with open_instance(there) as instance:
        statuses = {run.run_id: run.status.value for run in instance.get_runs()}
        assert sorted(statuses.values()) == ["FAILURE", "SUCCESS"]
        assert statuses.keys() == {run.run_id for run in on_postgres.instance.get_runs()}
        made = instance.get_latest_materialization_event(dg.AssetKey(["small", "features"]))
        path = made.asset_materialization.metadata["lake_path"].value
        assert (there.home / "lake" / path).exists()
        again = World(there, instance, on_postgres.kept)
        assert again.retrain_tagged("raw_data").success  # with new ids


@pytest.mark.process
def test_backups_while_a_retrain_goes_on(tmp_path, new_database, elsewhere, monkeypatch):
    checkout = make_checkout(tmp_path / "checkout")
    checkout.environment["DAGSTER_STORAGE_URL"] = new_database()
    checkout.model("one", small_yaml("one"))
    small_table().to_csv(checkout.folder / "table.csv", index=False)
    monkeypatch.setenv("DAGSTER_STORAGE_URL", checkout.environment["DAGSTER_STORAGE_URL"])
    assert checkout.run("init").returncode == 0
    retrain = checkout.start("retrain", "one")
    folders = []
    while retrain.is_running:
        folders.append(tmp_path / f"backup-{len(folders)}")
        take_backup(checkout.settings, folders[-1])
        time.sleep(1)
    done = retrain.finish()
    assert done.returncode == 0, done
    folders.append(tmp_path / "backup-at-the-end")
    take_backup(checkout.settings, folders[-1])

    assert restored(folders[-5:], elsewhere) == 1


def test_a_database_in_use_is_refused_and_with_force_moved_aside(on_postgres, elsewhere, tmp_path):
    take_backup(on_postgres.settings, tmp_path / "backup")
    there = elsewhere()
    with open_instance(there) as instance:
        instance.run_storage.set_cursor_values({"mine": "7"})
    with pytest.raises(InputError, match="not empty"):
        restore_backup(tmp_path / "backup", there)
    there.home.rename(tmp_path / "mine")
    with pytest.raises(InputError, match="holds tables already, in public"):
        restore_backup(tmp_path / "backup", there)
    assert not there.home.exists()

    notes = restore_backup(tmp_path / "backup", there, force=True).notes
    (note,) = (note for note in notes if "are now in its schema" in note)
    query = "SELECT value FROM {}.kvs"
    aside = sql.Identifier(note.rpartition(" ")[2])
    assert rows(there.dagster_storage_url, sql.SQL(query).format(aside)) == [("7",)]
    assert consistent(there) == 1


def test_a_restore_needs_a_database_for_it(on_postgres, tmp_path):
    take_backup(on_postgres.settings, tmp_path / "backup")
    there = Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path / "there")})
    with pytest.raises(InputError, match="for DAGSTER_STORAGE_URL, which is not set to one"):
        restore_backup(tmp_path / "backup", there)
    assert not there.home.exists()


def test_a_dagster_home_of_ones_own_is_taken_with_its_database(
    settings, new_database, elsewhere, tmp_path, monkeypatch
):
    open_instance(settings).dispose()  # what is in the home is not what is used
    url, own = new_database(), tmp_path / "own"
    own.mkdir()
    storage = {"postgres": {"postgres_url": url.replace("postgres:@", "postgres:hunter2@")}}
    (own / "dagster.yaml").write_text(
        yaml.safe_dump({"storage": storage, "nux": {"enabled": True}})
    )
    monkeypatch.setenv("DAGSTER_HOME", str(own))
    with open_instance(settings) as instance:
        run = instance.create_run_for_job(small_job(), status=dg.DagsterRunStatus.STARTED)
    done = take_backup(settings, tmp_path / "backup")
    assert len(done.dumps) == 1
    assert done.left_out == (
        f"{settings.dagster_home}, which is not in use: a setting names {own}",
    )
    kept = [path for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    assert not [path for path in kept if b"hunter2" in path.read_bytes()]

    there = elsewhere()
    assert restore_backup(tmp_path / "backup", there).ended_runs == 1
    written = yaml.safe_load((there.dagster_home / "dagster.yaml").read_text())
    assert written == {"storage": STORAGE, "nux": {"enabled": True}}
    with open_instance(there) as instance:
        assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.FAILURE


def small_job() -> dg.JobDefinition:
    @dg.op
    def nothing(): ...

    @dg.job
    def small():
        nothing()

    return small


def test_a_variable_that_leads_past_restored_files_is_named(world, elsewhere, tmp_path):
    world.instance.create_run_for_job(small_job())
    take_backup(world.settings, tmp_path / "backup")
    notes = restore_backup(tmp_path / "backup", elsewhere()).notes
    assert any(note.startswith("DAGSTER_STORAGE_URL is postgresql") for note in notes)


def test_another_storage_is_left_out_and_said(settings, tmp_path):
    settings.dagster_home.mkdir()
    storage = {"mysql": {"mysql_url": "mysql://me:secret@host/dagster"}}
    (settings.dagster_home / "dagster.yaml").write_text(yaml.safe_dump({"storage": storage}))
    (note,) = take_backup(settings, tmp_path / "backup").left_out
    assert note.startswith("Dagster's runs, stored in DagsterMySQLStorage according to ")
