"""Holds a PostgreSQL database for a snapshot of it, and makes room in one for a dump."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.platform.postgres import connected
from mlops_assets.platform.warehouse.reading import shown

if TYPE_CHECKING:
    import psycopg

HOLD_SECONDS = 10.0


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn what the server refuses inside the block into an `InputError`."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise InputError(
            seen=f"{shown(url)} refuses a statement of the backup: {str(error).splitlines()[0]}",
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
        # It is idle while `pg_dump` reads.
        connection.execute("SET idle_in_transaction_session_timeout = 0")
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
