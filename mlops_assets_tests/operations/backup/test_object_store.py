"""The part of the state that is on S3: in the backup, at another place, and never half there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.operations.backup import locations, restore_backup, take_backup
from mlops_assets.operations.backup.remote import Putting
from mlops_assets.platform.file_systems import open_files
from mlops_assets.platform.lake import newest_file, read_newest, write_newest
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.deploy.s3 import KEYS, s3_server

pytestmark = pytest.mark.process

PLACE, ROWS = ["small", "raw_data"], pd.DataFrame({"n": [1, 2]})
HERE = {"LAKE_URL": "s3://state/lake", "MLFLOW_ARTIFACT_ROOT": "s3://state/artifacts"}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server() as url:
        yield url


@pytest.fixture
def on_s3(home, s3, monkeypatch) -> Settings:
    """A home whose lake and artifacts are on S3, with a table and a text there."""
    for name, value in {**KEYS, **HERE, "MLFLOW_S3_ENDPOINT_URL": s3}.items():
        monkeypatch.setenv(name, value)
    settings = Settings.from_environment()
    files, _ = open_files(settings.lake_url)
    if files.exists("state"):
        files.rm("state", recursive=True)
    files.makedirs("state", exist_ok=True)
    client = open_store(settings)
    write_newest(PLACE, ROWS)
    run = client.create_run(experiment_id(client, "small", settings))
    client.log_text(run.info.run_id, "kept", "note.txt")
    client.set_terminated(run.info.run_id)
    return settings


def note(settings: Settings) -> str:
    """What the artifact says, wherever it is now."""
    from mlflow.artifacts import load_text

    client = open_store(settings)
    (run,) = client.search_runs([experiment_id(client, "small", settings)])
    return load_text(f"{run.info.artifact_uri}/note.txt")


def restored(backup: Path, folder: Path, monkeypatch, **places: str) -> Settings:
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(folder))
    for name in HERE:
        monkeypatch.delenv(name)
    for name, value in places.items():
        monkeypatch.setenv(name, value)
    settings = Settings.from_environment()
    restore_backup(backup, settings)
    return settings


def test_it_is_restored_to_another_place_on_s3(on_s3, tmp_path, monkeypatch):
    done = take_backup(on_s3, tmp_path / "backup")
    assert done.left_out == ()
    assert set(done.remote.values()) == {"home/lake", "home/mlflow/artifacts"}
    other = {name: value.replace("state/", "state/second/") for name, value in HERE.items()}
    again = restored(tmp_path / "backup", tmp_path / "second", monkeypatch, **other)
    open_files(on_s3.lake_url)[0].rm("state/artifacts", recursive=True)
    assert note(again) == "kept"
    assert read_newest(PLACE).equals(ROWS)


def test_it_is_restored_to_a_folder(on_s3, tmp_path, monkeypatch):
    take_backup(on_s3, tmp_path / "backup")
    again = restored(tmp_path / "backup", tmp_path / "second", monkeypatch)
    open_files(on_s3.lake_url)[0].rm("state", recursive=True)
    assert note(again) == "kept"
    assert read_newest(PLACE).equals(ROWS)


def test_a_folder_is_restored_to_s3(settings, s3, tmp_path, monkeypatch, on_s3):
    folder = restored(take(on_s3, tmp_path), tmp_path / "folder", monkeypatch)
    take_backup(folder, tmp_path / "from_folder")
    for name in HERE:
        monkeypatch.setenv(name, "")
    other = {name: value.replace("state/", "state/third/") for name, value in HERE.items()}
    again = restored(tmp_path / "from_folder", tmp_path / "third", monkeypatch, **other)
    (tmp_path / "folder").rename(tmp_path / "gone")
    assert note(again) == "kept"
    assert read_newest(PLACE).equals(ROWS)


def take(settings: Settings, folder: Path) -> Path:
    take_backup(settings, folder / "backup")
    return folder / "backup"


def test_a_place_with_something_in_it_is_refused_before_anything_changes(
    on_s3, tmp_path, monkeypatch
):
    backup = take(on_s3, tmp_path)
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(tmp_path / "second"))
    with pytest.raises(InputError, match=r"LAKE_URL is s3://state/lake, and .* is there already"):
        restore_backup(backup, Settings.from_environment(), force=True)
    assert not (tmp_path / "second").exists()


def test_a_restore_that_fails_leaves_nothing_on_s3(on_s3, tmp_path, monkeypatch):
    backup = take(on_s3, tmp_path)
    takes, places = Putting.takes, []

    def full(self: Putting, source: Path, place: str) -> bool:
        places.append(place)
        if len(places) > 2:
            raise OSError(28, "No space left on device")
        return takes(self, source, place)

    monkeypatch.setattr(Putting, "takes", full)
    other = {name: value.replace("state/", "state/second/") for name, value in HERE.items()}
    with pytest.raises(InputError, match="No space left"):
        restored(backup, tmp_path / "second", monkeypatch, **other)
    files, _ = open_files(on_s3.lake_url)
    assert files.find("state/second") == []
    assert not (tmp_path / "second").exists()


def test_a_pointer_that_moves_after_the_moment_is_as_it_was(on_s3, tmp_path):
    def tell(words: str) -> None:
        if words.startswith("database"):
            write_newest(PLACE, ROWS[:1])

    before = newest_file(PLACE).rpartition("/")[2]
    take_backup(on_s3, tmp_path / "backup", tell=tell)
    assert newest_file(PLACE).rpartition("/")[2] != before
    place = tmp_path / "backup" / "home" / "lake" / "small" / "raw_data"
    assert json.loads((place / "newest.json").read_text())["file"] == before
    assert (place / before).exists()


def test_places_of_dagsters_events_move_between_folders_and_s3(tmp_path):
    moved = locations._mover({tmp_path / "lake": "s3://b/lake", "s3://a/x": tmp_path / "x"})
    assert moved(f'"{tmp_path}/lake/a" "s3://a/x/1" "s3://a/xy"') == (
        f'"s3://b/lake/a" "{tmp_path}/x/1" "s3://a/xy"'
    )
