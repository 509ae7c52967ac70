"""Dagster's database of a run: its empty tables are made once in a process, then copied."""

import sqlite3
from contextlib import closing
from pathlib import Path

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from sqlalchemy import Engine

EMPTY: list[bytes] = []


def remember_run_databases() -> None:
    """Each run of Dagster has a file of its own, which it gives the same six tables."""
    make = SqliteEventLogStorage._initdb

    def kept(storage: SqliteEventLogStorage, engine: Engine, for_index_shard: bool = False) -> None:
        path = Path(str(engine.url.database))
        is_new_run = not for_index_shard and not path.exists()
        if is_new_run and EMPTY:
            path.write_bytes(EMPTY[0])
            return
        make(storage, engine, for_index_shard)
        if is_new_run:
            EMPTY.append(content(path))

    SqliteEventLogStorage._initdb = kept


def content(database: Path) -> bytes:
    """The database as a file without a log beside it."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.serialize()
