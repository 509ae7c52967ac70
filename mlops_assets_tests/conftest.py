"""A home folder for every test that needs state: empty stores, nothing shared with another."""

import itertools
import os
import shutil
from pathlib import Path

import psycopg
import pytest

from mlops_assets.platform.mlflow.store import MLFLOW_ENVIRONMENT, open_store
from mlops_assets.platform.settings import Settings

NUMBERS = itertools.count()
ELSEWHERE = (
    "DAGSTER_STORAGE_URL",
    "MLFLOW_TRACKING_URI",
    "WAREHOUSE_URL",
    "LAKE_URL",
    "LEDGER_URL",
)


@pytest.fixture(scope="session", autouse=True)
def _mlflow_environment():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in MLFLOW_ENVIRONMENT.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory) -> Path:
    """A real, empty MLflow store: creating its schema takes seconds, copying it none."""
    home = tmp_path_factory.mktemp("empty")
    open_store(Settings.from_environment({"MLOPS_ASSETS_HOME": str(home)}))
    return home / "mlflow" / "mlflow.db"


@pytest.fixture
def home(tmp_path, monkeypatch, empty_store) -> Path:
    """An `MLOPS_ASSETS_HOME` of its own, with an empty MLflow store in it."""
    folder = tmp_path / "home"
    (folder / "mlflow").mkdir(parents=True)
    shutil.copy(empty_store, folder / "mlflow" / "mlflow.db")
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(folder))
    for name in (*ELSEWHERE, "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def settings(home) -> Settings:
    """The settings that belong to `home`."""
    return Settings.from_environment()


@pytest.fixture
def world(settings):
    """A small model with its table, a Dagster instance and an MLflow store of their own."""
    import dagster as dg

    from mlops_assets_tests.world import World, small_table

    (settings.home / "dagster").mkdir()
    with dg.instance_for_test(temp_dir=str(settings.home / "dagster")) as instance:
        world = World(settings, instance)
        small_table().to_csv(world.csv, index=False)
        yield world


@pytest.fixture
def web(tmp_path, monkeypatch):
    """A web server on the folder `web.folder`; `web.url` is its address."""
    from mlops_assets_tests.web import web_server

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    folder = tmp_path / "web"
    folder.mkdir()
    with web_server(folder) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> str:
    """The URL of a real PostgreSQL server for this session; its programs are on the PATH."""
    from mlops_assets_tests.postgres import programs, server

    with pytest.MonkeyPatch.context() as patch, server() as url:
        patch.setenv("PATH", str(programs()), prepend=os.pathsep)
        yield url


@pytest.fixture
def new_database(postgres):
    """Makes an empty database; its URL."""

    def make() -> str:
        name = f"database_{next(NUMBERS)}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return postgres.replace("/postgres?", f"/{name}?")

    return make
