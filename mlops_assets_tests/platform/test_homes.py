"""Two homes in one process, homes with odd names, and an experiment that was deleted."""

import os
from pathlib import Path

import pytest

from mlops_assets.errors import InputError
from mlops_assets.platform.dagster.home import open_instance, use_dagster_home
from mlops_assets.platform.home_folder import MARKER
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.sqlite_url import sqlite_file, sqlite_url
from mlops_assets.registry.ledger import Ledger


def test_a_second_home_in_one_process_has_its_own_mlflow_and_dagster(home, tmp_path, monkeypatch):
    first = Settings.from_environment()
    open_store(first).create_experiment("of the first")
    open_instance(first).dispose()
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(tmp_path / "second"))
    second = Settings.from_environment()
    assert sqlite_file(second.mlflow_tracking_uri) == tmp_path / "second" / "mlflow" / "mlflow.db"
    assert open_store(second).get_experiment_by_name("of the first") is None
    assert use_dagster_home(second) == tmp_path / "second" / "dagster"
    assert open_store(first).get_experiment_by_name("of the first")
    assert "MLFLOW_TRACKING_URI" not in os.environ


def test_a_uri_that_the_user_set_stays(home, tmp_path, monkeypatch):
    mine = sqlite_url(tmp_path / "mine.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mine)
    open_store(Settings.from_environment())
    assert os.environ["MLFLOW_TRACKING_URI"] == mine


@pytest.mark.parametrize("name", ["a%41b", "what?", "no #1", "100%", "ü x"])
def test_a_home_with_an_odd_name_keeps_its_files_in_itself(home, tmp_path, name, monkeypatch):
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(tmp_path / "odd" / name))
    settings = Settings.from_environment()
    client = open_store(settings)
    run = client.create_run(experiment_id(client, "odd", settings)).info.run_id
    client.log_text(run, "hello", "a.txt")
    with Ledger(settings.ledger_url).store.reading():
        pass
    assert Path(client.download_artifacts(run, "a.txt")).read_text() == "hello"
    found = {path.name for path in settings.home.rglob("*") if path.is_file()}
    assert found >= {MARKER, "mlflow.db", "ledger.db", "a.txt"}


@pytest.mark.parametrize("name", ["no #1", "a: b", "100%"])
def test_dagsters_files_are_in_a_home_with_an_odd_name(home, tmp_path, name, monkeypatch):
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(tmp_path / name))
    open_instance(settings := Settings.from_environment()).dispose()
    assert (settings.dagster_home / "history" / "runs.db").exists()


@pytest.mark.parametrize("name", ["a%41b", "what?"])
def test_a_name_with_which_dagster_would_open_other_files_is_refused(
    home, tmp_path, name, monkeypatch
):
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(tmp_path / name))
    with pytest.raises(InputError, match=r"hexadecimal.*DAGSTER_STORAGE_URL"):
        use_dagster_home(Settings.from_environment())


def test_a_deleted_experiment_is_named_with_what_to_do(settings):
    client = open_store(settings)
    number = client.create_experiment("gone")
    client.delete_experiment(number)
    with pytest.raises(InputError, match=rf"'gone' .*was deleted.*experiments restore -x {number}"):
        experiment_id(client, "gone", settings)
