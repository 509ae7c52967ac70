"""Dagster uses its engines of SQLite again, and holds no file open with them."""

import dagster as dg
import pytest
from dagster._core.storage import sql
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from sqlalchemy import NullPool, create_engine

from mlops_assets.platform.dagster import sqlite
from mlops_assets.platform.dagster.private import sqlite_modules


@pytest.fixture
def as_installed(monkeypatch):
    """Dagster without what the tests do to it for their own speed."""
    for module in sqlite_modules():
        monkeypatch.setattr(module, "create_engine", create_engine)
    monkeypatch.setattr(sql, "ScriptDirectory", sql.ScriptDirectory)
    sqlite._engine.cache.clear()


def test_an_engine_is_made_once_for_each_database(as_installed, tmp_path):
    sqlite.keep_engines()
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        engines = {url: id(engine) for url, engine in sqlite._engine.cache.items()}
        for _ in range(3):
            instance.get_runs()
            instance.all_asset_keys()
        again = {url: id(engine) for url, engine in sqlite._engine.cache.items()}
    assert engines
    assert {url: again[url] for url in engines} == engines


def test_it_holds_no_connection(as_installed, tmp_path):
    sqlite.keep_engines()
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        instance.get_runs()
        pools = {type(engine.pool) for engine in sqlite._engine.cache.values()}
    assert pools == {NullPool}


def test_what_others_have_put_there_stays(as_installed, monkeypatch):
    def other(*_, **__):
        raise NotImplementedError

    monkeypatch.setattr(sqlite_run_storage, "create_engine", other)
    sqlite.keep_engines()
    assert sqlite_run_storage.create_engine is other


def test_migrations_are_read_once(as_installed, tmp_path):
    sqlite.keep_engines()
    config = sql.get_alembic_config(sqlite_run_storage.__file__)
    first, second = (sql.ScriptDirectory.from_config(config) for _ in range(2))
    assert first is second
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        head = first.as_revision_number("head")
        assert instance.run_storage.alembic_version() == (head, head)
