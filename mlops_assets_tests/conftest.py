"""A home folder for every test that needs state: empty stores, nothing shared with another."""

import gc
import itertools
import os
import shutil
import sqlite3
from contextlib import contextmanager
from pathlib import Path

# Workers share the cores: a pool of threads in each only takes turns. Read at import.
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

import scipy.special  # noqa: F401  # before MLflow, see lifecycle/recorded.py

# isort: split
import hypothesis
import psycopg
import pytest
import sqlalchemy as sa

from mlops_assets.platform.mlflow.store import MLFLOW_ENVIRONMENT, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.drawn import remember_pictures
from mlops_assets_tests.engines import remember_engines, remember_statements
from mlops_assets_tests.migrations import remember_migrations
from mlops_assets_tests.run_databases import remember_run_databases

# Imports and test data stay: looking for garbage in them takes a tenth of the time.
gc.set_threshold(100_000, 20, 100)
remember_migrations()
remember_engines()
remember_run_databases()
remember_statements()
NUMBERS = itertools.count()
hypothesis.settings.register_profile("laptop", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "laptop")
ELSEWHERE = (
    "DAGSTER_STORAGE_URL",
    "MLFLOW_TRACKING_URI",
    "MLFLOW_BACKEND_STORE_URI",
    "MLFLOW_ARTIFACT_ROOT",
    "MLFLOW_DEFAULT_ARTIFACT_ROOT",
    "MLFLOW_S3_ENDPOINT_URL",
    "WAREHOUSE_URL",
    "LAKE_URL",
    "LEDGER_URL",
)


# What processes do takes longest: nobody should wait for one of them at the end.
SLOW_FIRST = ("process", "browser", "postgres")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs PostgreSQL, and begin with what takes long."""
    for item in items:
        if "postgres" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")
    slow = {item.path for item in items if any(map(item.get_closest_marker, SLOW_FIRST))}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """What has been imported stays: no need to look through it, again and again, for garbage.

    And what tests have imported of `style` is the real thing.
    """
    gc.freeze()
    remember_pictures()


def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """A worker takes all tests that share what takes long to make.

    They are those of a file, of one life of golden_record, of the linkage model, or of the services
    of compose.yaml.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            if "/golden_record/" in file:
                return f"golden_record {'postgresql' in nodeid}"
            shared = ("/fellegi_sunter/", "/deploy/")
            return next((it for it in shared if it in file), file)

    return Scheduling(config, log) if config.option.dist == "loadscope" else None


# No test cuts the power: nothing need wait for the disk.
os.fsync = lambda fd: None


@sa.event.listens_for(sa.engine.Engine, "connect")
def _trust_the_disk(connection, _) -> None:
    """The same of SQLite."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(autouse=True)
def _environment_kept():
    """A command writes to the environment what its child processes need; the next test is none."""
    before = dict(os.environ)
    yield
    before["PATH"] = os.environ["PATH"]  # a session's server may have been asked for by this test
    if dict(os.environ) != before:
        os.environ.clear()
        os.environ.update(before)


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


def make_home(folder: Path, patch: pytest.MonkeyPatch, empty_store: Path) -> Path:
    (folder / "mlflow").mkdir(parents=True)
    shutil.copy(empty_store, folder / "mlflow" / "mlflow.db")
    patch.setenv("MLOPS_ASSETS_HOME", str(folder))
    for name in (*ELSEWHERE, "DAGSTER_HOME"):
        patch.delenv(name, raising=False)
    return folder


@pytest.fixture
def home(tmp_path, monkeypatch, empty_store) -> Path:
    """An `MLOPS_ASSETS_HOME` of its own, with an empty MLflow store in it."""
    return make_home(tmp_path / "home", monkeypatch, empty_store)


@pytest.fixture
def settings(home) -> Settings:
    """The settings that belong to `home`."""
    return Settings.from_environment()


@pytest.fixture(scope="session")
def kept_homes(tmp_path_factory):
    """Homes that a test has trained a model in, for the next that asks for the same."""
    from mlops_assets_tests.kept_homes import KeptHomes

    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return KeptHomes(shared / "kept_homes")


@pytest.fixture(scope="session")
def empty_dagster(tmp_path_factory) -> Path:
    """The folder of a real Dagster instance that has never run anything, to be copied."""
    import dagster as dg

    from mlops_assets_tests.world import QUIET

    folder = tmp_path_factory.mktemp("dagster")
    with dg.instance_for_test(QUIET, temp_dir=str(folder)):
        return folder


@contextmanager
def make_world(settings: Settings, kept_homes, empty_dagster: Path):
    import dagster as dg

    from mlops_assets_tests.world import QUIET, World, small_table

    folder = str(shutil.copytree(empty_dagster, settings.home / "dagster"))
    with dg.instance_for_test(QUIET, temp_dir=folder) as instance:
        world = World(settings, instance, kept_homes)
        small_table().to_csv(world.csv, index=False)
        yield world


@pytest.fixture
def world(settings, kept_homes, empty_dagster):
    """A small model with its table, a Dagster instance and an MLflow store of their own."""
    with make_world(settings, kept_homes, empty_dagster) as world:
        yield world


@pytest.fixture(scope="module")
def shared_world(tmp_path_factory, empty_store, kept_homes, empty_dagster):
    """A world for all tests of a file: for those that leave it as the next needs it."""
    with pytest.MonkeyPatch.context() as patch:
        make_home(tmp_path_factory.mktemp("shared") / "home", patch, empty_store)
        settings = Settings.from_environment()
        with make_world(settings, kept_homes, empty_dagster) as world:
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
