"""A restored home is the one that was backed up, and works where it is now."""

import json
import resource
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.kinds.sklearn.storage import load
from mlops_assets.operations.backup.manifest import digest
from mlops_assets.operations.backup.moving import MLFLOW_FILE
from mlops_assets.operations.backup.restoring import Place, restore_backup
from mlops_assets.operations.backup.taking import take_backup
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.mlflow.version_tags import plain
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.server import free_port
from mlops_assets_tests.world import small_retrain, small_table


@pytest.fixture
def backed_up(world, tmp_path):
    """A world with one version, and the folder of its backup."""
    world.begin()
    take_backup(world.settings, tmp_path / "backup")
    return world, tmp_path / "backup"


@pytest.fixture
def small_backup(settings, tmp_path):
    """The backup of a home with an empty MLflow and one table in its lake."""
    table = settings.home / "lake" / "small" / "features" / "0123.parquet"
    table.parent.mkdir(parents=True)
    small_table().to_parquet(table)
    take_backup(settings, tmp_path / "backup")
    return tmp_path / "backup"


def elsewhere(tmp_path, name="other home") -> Settings:
    return Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path / name)})


def test_models_and_runs_are_there_without_the_old_home(backed_up, tmp_path):
    world, folder = backed_up
    settings = elsewhere(tmp_path)
    rows = small_table(50)
    before = load(f"models:/{model_id(world.client)}").predict_proba(rows)
    names = {run.info.run_name for run in world.runs()}

    restore_backup(folder, settings)
    world.settings.home.rename(tmp_path / "gone")

    client = open_store(settings)
    after = load(f"models:/{model_id(client)}").predict_proba(rows)
    np.testing.assert_array_equal(before, after)
    experiment = client.get_experiment_by_name("small").experiment_id
    runs = client.search_runs([experiment])
    assert {run.info.run_name for run in runs} == names
    for run in runs:
        assert run.info.artifact_uri.startswith(settings.home.as_uri())
        assert client.list_artifacts(run.info.run_id) is not None
    with dg.DagsterInstance.local_temp(str(settings.dagster_home)) as instance:
        (run,) = instance.get_runs()
        assert run.status == dg.DagsterRunStatus.SUCCESS
        made = instance.get_latest_materialization_event(dg.AssetKey(["small", "features"]))
    path = made.asset_materialization.metadata["lake_path"].value
    assert path.startswith("small/features/")
    assert len(pd.read_parquet(settings.home / "lake" / path)) > 0


def model_id(client) -> str:
    return plain(client.get_model_version_by_alias("small", "production").tags)["model_id"]


def test_every_hash_is_equal_and_every_file_of_artifacts_and_lake_is_there(backed_up, tmp_path):
    world, folder = backed_up
    settings = elsewhere(tmp_path)
    restore_backup(folder, settings)
    for part in ("mlflow/artifacts", "lake"):
        old, new = world.settings.home / part, settings.home / part
        files = sorted(path.relative_to(old) for path in old.rglob("*") if path.is_file())
        assert files
        assert files == sorted(path.relative_to(new) for path in new.rglob("*") if path.is_file())
        assert [digest(old / path) for path in files] == [digest(new / path) for path in files]


def test_the_restored_home_goes_on(backed_up, tmp_path, monkeypatch):
    world, folder = backed_up
    settings = elsewhere(tmp_path)
    restore_backup(folder, settings)
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(settings.home))
    with dg.DagsterInstance.local_temp(str(settings.dagster_home)) as instance:
        again = type(world)(settings, instance, world.kept)
        assert again.retrain_as_of("2026-01-05").success
    versions = open_store(settings).search_model_versions("name = 'small'")
    assert len(versions) == 1  # the same data: it knows the version that it has


def test_a_damaged_file_is_refused_by_name_before_anything_is_touched(small_backup, tmp_path):
    folder = small_backup
    victim = next((folder / "home" / "lake").rglob("*.parquet"))
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    settings = elsewhere(tmp_path)
    with pytest.raises(InputError, match=f"{victim.name} is damaged: its SHA-256"):
        restore_backup(folder, settings)
    assert not settings.home.exists()
    assert not list(tmp_path.glob(".*restoring*"))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "has no manifest.json"),
        (lambda folder: shutil.rmtree(folder), "no folder"),
        (lambda folder: (folder / "files.jsonl").write_text(""), "files.jsonl is damaged"),
        (
            lambda folder: (folder / "home/mlflow/mlflow.db").unlink(),
            "mlflow.db is damaged: .*missing",
        ),
        (lambda folder: newer(folder), "has format 99"),
    ],
)
def test_an_incomplete_backup_is_refused(small_backup, tmp_path, harm, said):
    folder = small_backup
    harm(folder)
    with pytest.raises(InputError, match=said):
        restore_backup(folder, elsewhere(tmp_path))


def newer(folder) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))


def test_a_home_in_use_is_refused_and_with_force_moved_aside(small_backup, tmp_path):
    folder = small_backup
    settings = elsewhere(tmp_path)
    settings.home.mkdir()
    (settings.home / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty") as refused:
        restore_backup(folder, settings)
    assert "interrupted, `mlops-assets doctor` tells whether it is whole" in refused.value.todo
    assert [path.name for path in settings.home.iterdir()] == ["mine.txt"]

    done = restore_backup(folder, settings, force=True)
    (aside,) = tmp_path.glob("other home.before-*")
    assert (aside / "mine.txt").read_text() == "mine"
    assert any(str(aside) in note for note in done.notes)
    assert (settings.home / "mlflow" / "mlflow.db").exists()


def test_what_a_killed_restore_left_is_named(small_backup, tmp_path):
    settings = elsewhere(tmp_path)
    left = settings.home.with_name(f".{settings.home.name}.restoring-1")
    left.mkdir()
    done = restore_backup(small_backup, settings)
    assert f"{left} is of another restore; delete it if that was stopped" in done.notes


def test_an_entry_that_leads_out_of_the_home_is_refused(small_backup, tmp_path):
    folder = small_backup
    lines = (folder / "files.jsonl").read_text().replace("home/lake/", "home/../../")
    (folder / "files.jsonl").write_text(lines)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files_sha256"] = digest(folder / "files.jsonl")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="leads out of the backup"):
        restore_backup(folder, elsewhere(tmp_path))


def test_a_variable_that_leads_past_what_was_restored_is_named(small_backup, tmp_path):
    folder = small_backup
    settings = elsewhere(tmp_path).model_copy(
        update={"mlflow_tracking_uri": f"sqlite:///{tmp_path}/mine.db"}
    )
    notes = restore_backup(folder, settings).notes
    assert any(note.startswith("MLFLOW_TRACKING_URI is sqlite:") for note in notes)


def test_a_mount_point_is_refused_before_anything_is_made():
    with pytest.raises(InputError, match="is a mount point"):
        Place(Path("/"), force=True)


@pytest.fixture
def little_room():
    """A disk on which no file can have more than 100,000 bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_takes_no_more_is_named_and_nothing_is_left(
    small_backup, settings, tmp_path, little_room
):
    with pytest.raises(InputError, match=r"other home.*Expected: a disk with free space"):
        restore_backup(small_backup, elsewhere(tmp_path))
    assert not list(tmp_path.glob("*other home*"))
    with pytest.raises(InputError, match=r"another.*Expected: a disk with free space"):
        take_backup(settings, tmp_path / "another")


def test_an_mlflow_that_was_not_restored_is_left_alone(backed_up, tmp_path):
    _, folder = backed_up
    away = f"postgresql+psycopg://127.0.0.1:{free_port()}/mlflow"
    done = restore_backup(
        folder, elsewhere(tmp_path).model_copy(update={"mlflow_tracking_uri": away})
    )
    assert not any("may still be shown as in progress" in note for note in done.notes)


def test_a_restore_is_done_although_mlflow_cannot_be_opened(world, tmp_path):
    world.save()
    world.instance.create_run_for_job(small_retrain(), status=dg.DagsterRunStatus.STARTED)
    with closing(sqlite3.connect(world.settings.home / MLFLOW_FILE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    take_backup(world.settings, tmp_path / "backup")
    done = restore_backup(tmp_path / "backup", elsewhere(tmp_path))
    assert any(
        "may still be shown as in progress, in Dagster or MLflow: " in note for note in done.notes
    )
    assert (done.home / MLFLOW_FILE).exists()
