"""A home that was copied or moved is refused until it is adopted; then it is a home of its own."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.operations.adopt import adopt_home
from mlops_assets.operations.backup.restoring import restore_backup
from mlops_assets.operations.backup.taking import take_backup
from mlops_assets.operations.health.check import check_all
from mlops_assets.operations.health.registry import registry_health
from mlops_assets.operations.health.store_checks import checks
from mlops_assets.operations.initialize import initialize
from mlops_assets.platform.dagster.home import open_instance, use_dagster_home
from mlops_assets.platform.home_folder import MARKER, foreign_folder
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.kept_homes import forget_places


def at(folder: Path) -> Settings:
    return Settings.from_environment({"MLOPS_ASSETS_HOME": str(folder)})


@pytest.fixture
def copy(settings, tmp_path, monkeypatch) -> Settings:
    """A home that was copied with `cp -r`."""
    initialize(settings, ["small"])
    monkeypatch.delenv("DAGSTER_HOME")
    return at(Path(shutil.copytree(settings.home, tmp_path / "copy")))


def found_by_doctor(settings: Settings) -> dict:
    return {checked.name: checked for checked in check_all(checks(settings))}


def test_a_copy_is_refused_with_what_to_do(copy, settings, tmp_path):
    said = rf"copied or moved from {settings.home}.*mlops-assets adopt"
    with pytest.raises(InputError, match=said):
        open_store(copy)
    with pytest.raises(InputError, match=said):
        open_instance(copy)
    with pytest.raises(InputError, match=said):
        take_backup(copy, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    assert str(settings.dagster_home) in (copy.dagster_home / "dagster.yaml").read_text()


def test_doctor_says_so_once_and_looks_into_no_other_home(copy, settings):
    found = found_by_doctor(copy)
    assert list(found) == ["packages", "disk", "home"]
    assert (found["home"].status, str(settings.home) in found["home"].seen) == ("unhealthy", True)
    assert "mlops-assets adopt" in found["home"].todo
    assert registry_health(copy)["status"] == "unhealthy"
    assert found_by_doctor(settings)["home"].status == "healthy"


def test_a_copy_of_an_earlier_release_is_known_by_its_dagster_yaml(copy, settings):
    (copy.home / MARKER).unlink()
    assert foreign_folder(copy.home) == settings.home
    (settings.home / MARKER).unlink()
    assert foreign_folder(settings.home) is None


def test_the_same_home_by_another_name_is_no_copy(copy, settings, tmp_path):
    (tmp_path / "link").symlink_to(settings.home)
    open_store(at(tmp_path / "link"))
    assert foreign_folder(tmp_path / "link") is None


def test_an_adopted_copy_is_a_home_of_its_own(world, tmp_path, monkeypatch):
    world.begin()
    monkeypatch.delenv("DAGSTER_HOME")
    use_dagster_home(world.settings)
    monkeypatch.delenv("DAGSTER_HOME")
    copy = at(Path(shutil.copytree(world.settings.home, tmp_path / "copy")))
    adopted = adopt_home(copy)
    assert adopted
    assert (adopted.old, adopted.notes) == (world.settings.home, ())
    assert adopt_home(copy) is None
    with dg.DagsterInstance.local_temp(str(copy.dagster_home)) as instance:
        made = instance.get_latest_materialization_event(dg.AssetKey(["small", "features"]))
    path = made.asset_materialization.metadata["lake_path"].value
    assert (copy.home / "lake" / path).exists()
    world.settings.home.rename(tmp_path / "gone")
    forget_places()
    assert len(ModelRegistry(copy).load_model("small").predict(rows())) == 2
    assert found_by_doctor(copy)["models"].status == "healthy"
    text = (copy.dagster_home / "dagster.yaml").read_text()
    assert (str(copy.dagster_home) in text, str(world.settings.home) in text) == (True, False)

    take_backup(copy, tmp_path / "backup")
    restored = at(tmp_path / "restored")
    restore_backup(tmp_path / "backup", restored)
    assert foreign_folder(restored.home) is None
    copy.home.rename(tmp_path / "gone too")
    forget_places()
    assert len(ModelRegistry(restored).load_model("small").predict(rows())) == 2


def rows():
    import pandas as pd

    return pd.DataFrame({"x": [0.1, 0.9], "c": ["a", "b"]})


def test_a_home_that_was_moved_into_its_old_place_is_adopted_twice_alike(settings, tmp_path):
    """Interrupted before the end, it goes on: what has been moved already is left alone."""
    experiment_id(open_store(settings), "small", settings)
    settings.home.rename(tmp_path / "aside")
    settings.home.mkdir()
    inside = at((tmp_path / "aside").rename(settings.home / "inside"))
    for _ in range(2):
        adopted = adopt_home(inside)
        assert adopted
        with closing(sqlite3.connect(inside.home / "mlflow" / "mlflow.db")) as connection:
            query = "SELECT artifact_location FROM experiments WHERE name = 'small'"
            assert connection.execute(query).fetchone() == (inside.mlflow_artifacts.as_uri(),)
        (inside.home / MARKER).write_text(str(settings.home))


def test_a_damaged_copy_is_not_adopted(copy):
    file = copy.home / "mlflow" / "mlflow.db"
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * 8192 + content[12288:])
    with pytest.raises(InputError, match=r"mlflow\.db is damaged.*mlops-assets backup"):
        adopt_home(copy)
    assert foreign_folder(copy.home)


def test_mlflow_in_postgresql_moves_with_its_home_and_is_not_shared_with_a_copy(
    home, new_database, tmp_path, monkeypatch
):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", new_database())
    settings = Settings.from_environment()
    place = settings.mlflow_artifacts.as_uri()  # as release 0.1 had them
    number = open_store(settings).create_experiment("small", place)
    copy = shutil.copytree(home, tmp_path / "copy")
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(copy))
    with pytest.raises(InputError, match="MLFLOW_TRACKING_URI would be shared with its copy"):
        adopt_home(Settings.from_environment())
    home.rename(tmp_path / "gone")
    moved = Settings.from_environment()
    assert adopt_home(moved)
    place = open_store(moved).get_experiment(number).artifact_location
    assert place == moved.mlflow_artifacts.as_uri()


def test_a_home_whose_stores_are_servers_may_be_anywhere(copy):
    servers = {
        "mlflow_tracking_uri": "http://mlflow.example:5000",
        "dagster_storage_url": "postgresql+psycopg://me@host/dagster",
    }
    use_dagster_home(copy.model_copy(update=servers))


def test_artifacts_in_another_home_are_told_and_come_home_with_a_backup(copy, settings, tmp_path):
    """As a release without the marker left them: it used a copy as if it were the first home."""
    client = open_store(settings)
    run = client.create_run(experiment_id(client, "small", settings)).info.run_id
    client.log_text(run, "hello", "a.txt")
    database = copy.home / "mlflow" / "mlflow.db"
    shutil.copy(settings.home / "mlflow" / "mlflow.db", database)
    (copy.home / MARKER).write_text(str(copy.home))
    found = found_by_doctor(copy)["artifacts"]
    assert found.status == "unhealthy"
    assert found.seen == f"artifacts are in another home: {settings.home}"
    assert "mlops-assets backup" in found.todo
    use_dagster_home(copy)
    take_backup(copy, tmp_path / "backup")
    restored = at(tmp_path / "restored")
    restore_backup(tmp_path / "backup", restored)
    assert found_by_doctor(restored)["artifacts"].status == "healthy"
    settings.home.rename(tmp_path / "gone")
    forget_places()
    assert Path(open_store(restored).download_artifacts(run, "a.txt")).read_text() == "hello"


@pytest.mark.process
def test_the_command(tmp_path):
    from mlops_assets_tests.checkout import make_checkout

    checkout = make_checkout(tmp_path / "checkout")
    assert checkout.run("init").returncode == 0
    copy = str(shutil.copytree(checkout.settings.home, tmp_path / "copy"))
    refused = checkout.run("models", MLOPS_ASSETS_HOME=copy)
    assert (refused.returncode, "mlops-assets adopt" in refused.stderr) == (2, True)
    told = json.loads(checkout.run("adopt", "--json", MLOPS_ASSETS_HOME=copy).stdout)
    assert (told["home"], told["was"]) == (copy, str(checkout.settings.home))
    assert "nothing to do" in checkout.run("adopt", MLOPS_ASSETS_HOME=copy).stdout
