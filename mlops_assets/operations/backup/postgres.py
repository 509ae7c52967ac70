"""Dumps a PostgreSQL database from one snapshot, and loads it in one transaction.

`pg_dump` must be as new as the server and is not on every machine; psycopg is. The schema
comes from the server's own functions (`postgres_schema.py`), rows through COPY as text.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.operations.backup.manifest import CHUNK
from mlops_assets.operations.backup.postgres_schema import Schema, read_schema
from mlops_assets.platform.postgres import connected
from mlops_assets.platform.warehouse.reading import shown

if TYPE_CHECKING:
    import psycopg

HOLD_SECONDS = 10.0
SCHEMA = "schema.json"


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn what the server refuses inside the block into an `InputError`."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise InputError(
            seen=f"{shown(url)} refuses what it is told: {str(error).splitlines()[0]}",
            expected="a server as new as the one of the backup, and a user that owns the database",
            todo="correct that and restore again; nothing has been changed",
        ) from error


@contextmanager
def snapshot(url: str) -> Iterator[psycopg.Connection]:
    """A read-only connection that sees the database as it is now, whatever is written later."""
    import psycopg

    with connected(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("SELECT 1")
        yield connection


@contextmanager
def held(url: str) -> Iterator[None]:
    """Nobody writes to any table inside the block.

    All locks or none, tried again and again: waiting for one while holding another could end
    somebody's transaction as a deadlock. Raises `InputError` after `HOLD_SECONDS`.
    """
    with connected(url) as connection:
        ends = time.monotonic() + HOLD_SECONDS
        while not _lock_all(connection):
            if time.monotonic() > ends:
                raise InputError(
                    seen=f"somebody has been writing to {shown(url)} for {HOLD_SECONDS:g} s",
                    expected="a moment between two transactions",
                    todo="try again; pg_stat_activity shows long transactions and vacuums",
                )
            time.sleep(0.02)
        yield
        connection.rollback()


def _lock_all(connection: psycopg.Connection) -> bool:
    import psycopg
    from psycopg import sql

    names = connection.execute(
        "SELECT schemaname, tablename FROM pg_tables "
        "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    if not names:
        return True
    tables = sql.SQL(", ").join(sql.Identifier(*name) for name in names)
    try:
        connection.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE NOWAIT").format(tables))
    except psycopg.errors.LockNotAvailable:
        connection.rollback()
        return False
    return True


def dump(connection: psycopg.Connection, folder: Path) -> Schema:
    """Write what `connection` sees into `folder`: the schema, and a file of rows a table."""
    schema = read_schema(connection)
    folder.mkdir(parents=True)
    (folder / SCHEMA).write_text(schema.model_dump_json(indent=2), encoding="utf-8")
    for number, table in enumerate(schema.tables):
        with (
            connection.cursor().copy(f"COPY {table.rows()} TO STDOUT".encode()) as rows,
            (folder / f"{number}.copy").open("wb") as file,
        ):
            for piece in rows:
                file.write(piece)
    return schema


def load(connection: psycopg.Connection, folder: Path) -> None:
    """Make schema and rows of a dump in the transaction of `connection`, which is not ended."""
    schema = Schema.model_validate_json((folder / SCHEMA).read_bytes())
    for statement in schema.before:
        connection.execute(statement.encode())
    for number, table in enumerate(schema.tables):
        target = f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN"
        with (
            connection.cursor().copy(target.encode()) as rows,
            (folder / f"{number}.copy").open("rb") as file,
        ):
            while piece := file.read(CHUNK):
                rows.write(piece)
    for statement in schema.after:
        connection.execute(statement.encode())


def make_room(connection: psycopg.Connection, url: str, aside: str, *, force: bool) -> list[str]:
    """Nothing is in the way of a dump: schemas that hold tables are renamed; in words.

    `aside` ends the new names. Raises `InputError` where there are some without `force`.
    """
    taken = [
        name
        for (name,) in connection.execute(
            "SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname NOT IN "
            "('pg_catalog', 'information_schema') AND schemaname NOT LIKE '%.before-%'"
        ).fetchall()
    ]
    if taken and not force:
        raise InputError(
            seen=f"{shown(url)} holds tables already, in {', '.join(sorted(taken))}",
            expected="an empty database",
            todo="name an empty one, or add --force to move these aside",
        )
    from psycopg import sql

    for name in taken:
        new = f"{name}.{aside}"
        rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(name), sql.Identifier(new)))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    return [
        f"tables that were in {shown(url)} are now in its schema {name}.{aside}" for name in taken
    ]
