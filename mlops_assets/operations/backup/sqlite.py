"""Copies SQLite files as they all were at one moment, while others write to them."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from mlops_assets.errors import InputError

# Shorter than MLflow (20 s) and Dagster (30 s) wait: whoever meets a lock of ours waits it out.
LOCK_SECONDS = 2.0
# For a file that nothing else waits for.
PATIENT_SECONDS = 60.0


@contextmanager
def held(files: Sequence[Path]) -> Iterator[None]:
    """Nobody writes to any of the files inside the block.

    Raises `sqlite3.OperationalError` where somebody else holds one for longer than
    `LOCK_SECONDS`.
    """
    with ExitStack() as stack:
        for file in files:
            connection = stack.enter_context(closing(_connect(file, LOCK_SECONDS)))
            connection.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def snapshot(file: Path, *, patient: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection that sees the file as it is now, whatever is written to it afterwards."""
    wait = PATIENT_SECONDS if patient else LOCK_SECONDS
    with closing(_connect(file, wait)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection


def write(connection: sqlite3.Connection, target: Path) -> None:
    """Write what `connection` sees to a new file. Raises `InputError` for a broken database.

    In one step: in pieces the copy would begin anew with each write of another process. About a
    GB a second; a file outside WAL mode (MLflow's) cannot be committed to meanwhile.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA synchronous = OFF")
        connection.backup(copy)
    with closing(sqlite3.connect(target)) as copy:
        (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        # A single file, without the `-wal` beside it, can be copied and hashed like any other.
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if said != "ok":
        raise InputError(
            seen=f"the database {target.name} is damaged: {said}",
            expected="a database that SQLite finds no fault with",
            todo="repair it with `sqlite3 FILE .recover`, or restore an older backup",
        )


def is_wal(connection: sqlite3.Connection) -> bool:
    """Whether writers go on while a snapshot is read."""
    return connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def is_database(file: Path) -> bool:
    """Whether SQLite can read the file at all, whatever it is called."""
    try:
        with closing(_connect(file, PATIENT_SECONDS)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            return False
        raise
    return True


def _connect(file: Path, wait: float) -> sqlite3.Connection:
    # `rw`: a file that has vanished is an error, not a new empty database.
    return sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=wait, isolation_level=None)
