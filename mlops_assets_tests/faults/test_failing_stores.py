"""A damaged database, a full disk, a read-only folder: commands and steps end and say which."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mlops_assets.errors import InputError
from mlops_assets.operations.initialize import initialize
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.store_failures import store_failures_explained
from mlops_assets.registry.ledger import Ledger
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets_tests.kept_homes import copy_home
from mlops_assets_tests.versions import promoted, registered

RUNS, INDEX = "dagster/history/runs.db", "dagster/history/runs/index.db"


@pytest.fixture(scope="module")
def made(tmp_path_factory, empty_store) -> Iterator[Path]:
    """A home in which `churn` has a version in production and a staged one."""
    home = tmp_path_factory.mktemp("made") / "home"
    (home / "mlflow").mkdir(parents=True)
    shutil.copy(empty_store, home / "mlflow" / "mlflow.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        settings = Settings.from_environment({"MLOPS_ASSETS_HOME": str(home)})
        initialize(settings, ["churn"])
        model = RegisteredModel(open_store(settings), "churn", Ledger(settings.ledger_url), "anna")
        promoted(model, "f1")
        registered(model, "f2")
        yield home


def use(monkeypatch, home: Path) -> Settings:
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(home))
    for name in ("DAGSTER_HOME", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    return Settings.from_environment()


def spoil(file: Path) -> None:
    """Nothing of the file is SQLite's."""
    file.write_bytes(b"this was a database once " * 400)


def pierce(file: Path) -> None:
    """Its header is well, and some of its pages are not."""
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * 16384 + content[20480:])


@pytest.mark.parametrize("damage", [spoil, pierce])
@pytest.mark.parametrize(
    ("file", "arguments"),
    [
        ("ledger.db", "history churn"),
        ("ledger.db", "promote churn 2 --reason better"),
        ("mlflow/mlflow.db", "versions churn"),
        ("mlflow/mlflow.db", "reject churn 2 --reason worse"),
        (RUNS, "backup BACKUP"),
        (INDEX, "backup BACKUP"),
        ("ledger.db", "backup BACKUP"),
        ("mlflow/mlflow.db", "backup BACKUP"),
    ],
)
def test_a_damaged_database_is_named(made, tmp_path, monkeypatch, command, file, arguments, damage):
    home = tmp_path / "home"
    copy_home(made, home, was=made)
    use(monkeypatch, home)
    damage(home / file)
    given = arguments.replace("BACKUP", str(tmp_path / "backup")).split()
    code, said = command(*given)
    assert code == 2, said
    assert f"Error: the database {home / file} is damaged: " in said
    assert "To do: restore a backup" in said


def test_a_damaged_database_is_named_without_waiting(made, tmp_path, monkeypatch, command):
    """MLflow would sleep 102 s between ten tries at a file that is no database."""
    import mlflow.store.db.utils

    home, slept = tmp_path / "home", []
    copy_home(made, home, was=made)
    use(monkeypatch, home)
    spoil(home / "mlflow" / "mlflow.db")
    monkeypatch.setattr(mlflow.store.db.utils.time, "sleep", slept.append)
    assert command("versions", "churn")[0] == 2
    assert sum(slept) < 1


@pytest.fixture
def disk(tmp_path) -> Iterator[Path]:
    """A disk of 3 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(["mount", *options], capture_output=True).returncode:
        pytest.skip("only root can mount a disk, and not in every container")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> None:
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)


@pytest.mark.parametrize("arguments", ["promote churn 2 --reason better", "init", "versions churn"])
def test_a_full_disk_is_named(made, disk, monkeypatch, command, arguments):
    home = disk / "home"
    copy_home(made, home, was=made)
    use(monkeypatch, home)
    fill(disk)
    code, said = command(*arguments.split())
    assert code == 2, said
    assert f"no space is left on the disk of {disk}" in said


def test_a_new_home_that_does_not_fit_is_named(disk, monkeypatch, command):
    fill(disk)
    use(monkeypatch, disk / "home")
    code, said = command("init")
    assert (code, f"no space is left on the disk of {disk}" in said) == (2, True)


@pytest.mark.parametrize("arguments", ["promote churn 2 --reason better", "init", "versions churn"])
def test_a_home_that_may_not_be_written_is_named(made, disk, monkeypatch, command, arguments):
    home = disk / "home"
    copy_home(made, home, was=made)
    use(monkeypatch, home)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    code, said = command(*arguments.split())
    assert code == 2, said
    assert f"{home}" in said.partition(" cannot be read or written")[0]
    assert "To do: change the permissions" in said


def test_a_step_that_finds_no_room_says_so(world, disk, monkeypatch):
    """The lake is on a full disk: neither an OSError of fsspec's nor half a table."""
    fill(disk)
    monkeypatch.setenv("LAKE_URL", str(disk / "lake"))
    result = world.retrain("raw_data")
    (failed,) = [it for it in result.all_events if it.is_step_failure]
    error = failed.step_failure_data.error
    said = str((error.cause or error).message)
    assert "InputError" in said
    assert f"no space is left on the disk of {disk}" in said


def test_a_step_with_a_damaged_ledger_says_so(world):
    world.begin()
    spoil(world.settings.home / "ledger.db")
    result = world.retrain("registered_version")
    (failed,) = [it for it in result.all_events if it.is_step_failure]
    said = str(failed.step_failure_data.error.cause.message)
    assert f"InputError: the database {world.settings.home / 'ledger.db'} is damaged" in said


def test_another_error_is_left_as_it_is(settings):
    with pytest.raises(KeyError), store_failures_explained(settings):
        raise KeyError("a mistake of ours")


def test_mlflows_database_of_another_release_is_named(settings, monkeypatch, command):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(settings.home / "mlflow" / "mlflow.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    code, said = command("versions", "churn")
    assert code == 2
    assert "mlflow.db has another schema" in said
    assert "mlops-assets upgrade" in said


def test_dagsters_api_is_named_too(made, tmp_path, monkeypatch):
    home = tmp_path / "home"
    copy_home(made, home, was=made)
    settings = use(monkeypatch, home)
    spoil(home / RUNS)
    with (
        pytest.raises(InputError, match=r"runs\.db is damaged"),
        store_failures_explained(settings),
    ):
        open_instance(settings).dispose()
