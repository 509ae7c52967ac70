"""Databases of older releases of MLflow and Dagster are migrated, and the current ones left."""

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.sql import get_alembic_config
from mlflow.store.db.utils import _get_alembic_config
from mlflow.store.tracking.dbmodels.initial_models import Base
from typer.testing import CliRunner

from mlops_assets.cli import app
from mlops_assets.operations.health.mlflow import schema_versions
from mlops_assets.operations.initialize import initialize
from mlops_assets.operations.upgrading import upgrade
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings


def older_mlflow(url: str) -> None:
    """An empty database of MLflow as the release before made it."""
    engine = sa.create_engine(url)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        config = _get_alembic_config("postgresql://")
        config.attributes["connection"] = connection
        script = ScriptDirectory.from_config(config)
        head = script.get_revision("head")
        assert head
        command.upgrade(config, str(head.down_revision))


def test_an_older_mlflow_is_migrated(home, postgres, monkeypatch):
    monkeypatch.setenv("MLFLOW_BACKEND_STORE_URI", postgres)
    settings = Settings.from_environment()
    older_mlflow(settings.mlflow_database)
    before, needed = schema_versions(settings.mlflow_database)
    assert before != needed
    steps = {it.what: it.outcome for it in upgrade(settings)}
    assert steps["mlflow"] == "upgraded"
    assert schema_versions(settings.mlflow_database) == (needed, needed)
    assert open_store(settings).create_experiment("new")
    assert [it.outcome for it in upgrade(settings)] == ["was there", "was there"]


def test_an_older_dagster_is_migrated(settings):
    initialize(settings, [])
    url = f"sqlite:///{settings.dagster_home / 'history' / 'runs.db'}"
    with open_instance(settings) as instance:
        needed, _ = instance.run_storage.alembic_version() or ("", "")
    script = ScriptDirectory.from_config(get_alembic_config(sqlite_run_storage.__file__))
    older = script.get_revision(needed).down_revision
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :it"), {"it": older})
    assert upgrade(settings)[0].outcome == "upgraded"
    with open_instance(settings) as instance:
        assert instance.run_storage.alembic_version() == (needed, needed)


def test_the_database_behind_a_server_must_be_known(home, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow:5000")
    shown = CliRunner().invoke(app, ["upgrade"])
    assert shown.exit_code == 0, shown.output
    assert "left alone its database is not in MLFLOW_BACKEND_STORE_URI" in shown.output
