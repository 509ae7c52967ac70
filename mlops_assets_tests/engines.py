"""Dagster's engines of SQLite, and the statements of all: kept longer than by their libraries."""

from typing import Any

from dagster import DagsterInstance
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from sqlalchemy import Engine, QueuePool, create_engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as SQLite
from sqlalchemy.util import LRUCache

MOST = 20
STATEMENTS = LRUCache(4000)
KEPT: dict[str, Engine] = {}


def remember_engines() -> None:
    """Dagster makes an engine for each connection to SQLite, and each compiles every statement.

    An engine that is kept compiles them once. It keeps its connections, too, until an instance
    ends: to open a database is to read its schema, and to close it is to write its log back,
    hundreds of times in a test.
    """
    for module in (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage):
        module.create_engine = _kept_engine
    end = DagsterInstance.dispose

    def dispose(instance: DagsterInstance) -> None:
        end(instance)
        close_connections()

    DagsterInstance.dispose = dispose


def remember_statements() -> None:
    """MLflow's engine of each home compiles hundreds of statements, which are the same in all.

    SQLAlchemy keeps them by the dialect: those of SQLite compare as equal, as they compile equally.
    """
    make = Engine.__init__

    def remembering(engine: Engine, *given: Any, **named: Any) -> None:
        make(engine, *given, **named)
        if type(engine.dialect) is SQLite:
            engine._compiled_cache = STATEMENTS

    Engine.__init__ = remembering
    SQLite.__eq__ = lambda it, other: type(it) is type(other)
    SQLite.__hash__ = lambda it: hash(SQLite)


def _kept_engine(url: str, **options: Any) -> Engine:
    engine = KEPT.pop(url, None) or create_engine(url, **{**options, "poolclass": QueuePool})
    engine.dispose = _later  # Dagster disposes of an engine after each use
    KEPT[url] = engine
    if len(KEPT) > MOST:
        Engine.dispose(KEPT.pop(next(iter(KEPT))))
    return engine


def _later(close: bool = True) -> None:
    """`close_connections` does it."""


def close_connections() -> None:
    """For those who copy or replace a database: afterwards its file has all that was written."""
    for engine in KEPT.values():
        Engine.dispose(engine)
