"""A backup that someone has changed, hashes included, is refused before anything is written."""

import json
import os
from pathlib import Path

import pytest

from mlops_assets.errors import InputError
from mlops_assets.operations.backup.manifest import Entry, digest, entries
from mlops_assets.operations.backup.restoring import restore_backup
from mlops_assets.operations.backup.taking import take_backup
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.world import small_table

TABLE = "home/lake/small/features/0123.parquet"


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    """The backup of a home with an empty MLflow and one table in its lake."""
    table = settings.home / TABLE.removeprefix("home/")
    table.parent.mkdir(parents=True)
    small_table().to_parquet(table)
    take_backup(settings, tmp_path / "backup")
    return tmp_path / "backup"


def listed(folder: Path, *more: Entry) -> None:
    """Write a list and a manifest that fit the files as they are now, and entries `more`."""
    new = [_entry_of(folder, entry.place) for entry in entries(folder)] + list(more)
    (folder / "files.jsonl").write_text("".join(it.model_dump_json() + "\n" for it in new))
    changed(
        folder,
        files=len(new),
        bytes=sum(entry.size for entry in new),
        files_sha256=digest(folder / "files.jsonl"),
    )


def changed(folder: Path, **fields) -> None:
    """Write other fields into the manifest."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def _entry_of(folder: Path, place: str) -> Entry:
    path = folder / place
    return Entry(place=place, size=path.stat().st_size, sha256=digest(path))


def with_more(place: str):
    """Adds a file outside the backup under that place."""

    def harm(folder: Path) -> None:
        outside = folder.parent / "outside.txt"
        outside.write_text("evil")
        entry = Entry(place=place.format(outside), size=4, sha256=digest(outside))
        listed(folder, entry)

    return harm


def link(folder: Path) -> None:
    outside = folder.parent / "outside.txt"
    outside.write_text("evil")
    (folder / TABLE).unlink()
    (folder / TABLE).symlink_to(outside)
    listed(folder)


def folder_link(folder: Path) -> None:
    lake = folder / "home" / "lake"
    lake.rename(folder.parent / "outside")
    lake.symlink_to(folder.parent / "outside")
    listed(folder)


def pipe(folder: Path) -> None:
    (folder / TABLE).unlink()
    os.mkfifo(folder / TABLE)


def device(folder: Path) -> None:
    (folder / TABLE).unlink()
    (folder / TABLE).symlink_to("/dev/zero")


def twice(folder: Path) -> None:
    listed(folder, _entry_of(folder, TABLE))


def long_name(folder: Path) -> None:
    listed(folder, Entry(place=f"home/{'a' * 300}", size=0, sha256=""))


def claimed_size(folder: Path) -> None:
    listed(folder, Entry(place="home/bomb", size=10**18, sha256=""))


def other_count(folder: Path) -> None:
    changed(folder, files=1)


def moved_out(folder: Path) -> None:
    changed(folder, places={"/old": "home/../../out"})


def moved_from_nowhere(folder: Path) -> None:
    changed(folder, places={"": "home"})


def moved_from_everywhere(folder: Path) -> None:
    changed(folder, places={"/": "home"})


def dump_outside(folder: Path) -> None:
    changed(folder, dumps=[{"place": "../x", "variables": []}])


def no_database(folder: Path) -> None:
    (folder / "home/mlflow").mkdir(exist_ok=True)
    (folder / "home/mlflow/mlflow.db").write_text("no database " * 100)
    is_there = any(entry.place == "home/mlflow/mlflow.db" for entry in entries(folder))
    listed(folder, *([] if is_there else [_entry_of(folder, "home/mlflow/mlflow.db")]))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (with_more("home/../../outside.txt"), "leads out of the backup"),
        (with_more("{}"), "leads out of the backup"),
        (link, "symbolic link"),
        (folder_link, "symbolic link"),
        (pipe, "missing"),
        (device, "symbolic link"),
        (twice, "listed twice"),
        (long_name, "name too long"),
        (claimed_size, "free. Expected: a disk with room"),
        (other_count, "counts other files"),
        (moved_out, "leads out of the backup"),
        (moved_from_nowhere, "leads out of the backup"),
        (moved_from_everywhere, "leads out of the backup"),
        (dump_outside, "leads out of the backup"),
        (no_database, "not a database"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_tampered_backup_is_refused_and_nothing_is_written(folder, tmp_path, harm, said):
    harm(folder)
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    settings = Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path / "other home")})
    with pytest.raises(InputError, match=f"(?i){said}"):
        restore_backup(folder, settings)
    after = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert after == before
