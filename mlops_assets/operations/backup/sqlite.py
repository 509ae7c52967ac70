"""Copy SQLite files as of one moment, while others write to them."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from mlops_assets.errors import InputError
from mlops_assets.platform.store_failures import damaged_database

# Shorter than MLflow (20 s) and Dagster (30 s) wait for a lock, so that they outwait ours.
LOCK_SECONDS = 2.0
# For a file that no other process waits for.
PATIENT_SECONDS = 60.0


@contextmanager
def held(files: Sequence[Path]) -> Iterator[None]:
    """Lock the files against writes inside the block.

    Raises `sqlite3.OperationalError` if another process locks one for longer than `LOCK_SECONDS`,
    and `InputError` for a damaged one.
    """
    with ExitStack() as stack:
        for file in files:
            connection = stack.enter_context(closing(_connect(file, LOCK_SECONDS)))
            with _damage_named(file):
                connection.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def snapshot(file: Path, *, patient: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a connection with a snapshot of the file; later writes do not show in it.

    Raises `InputError` for a damaged file.
    """
    wait = PATIENT_SECONDS if patient else LOCK_SECONDS
    with closing(_connect(file, wait)) as connection:
        with _damage_named(file):
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection


def write(connection: sqlite3.Connection, target: Path) -> None:
    """Write what `connection` sees to a new file. Raises `InputError` for a corrupt database.

    In one step: a copy in chunks would restart with each write of another process. About one GB
    per second; a file outside WAL mode (MLflow's) cannot be committed to meanwhile.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    ((_, _, source), *_) = connection.execute("PRAGMA database_list").fetchall()
    with closing(sqlite3.connect(target)) as copy, _damage_named(source):
        copy.execute("PRAGMA synchronous = OFF")
        connection.backup(copy)
    try:
        check(target)
    except InputError:
        raise damaged_database(Path(source), "its copy does not pass SQLite's check") from None
    with closing(sqlite3.connect(target)) as copy:
        # A single file without a `-wal` file can be copied and hashed like any other.
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def check(file: Path) -> None:
    """Raise `InputError` for a database that SQLite's own check finds damaged."""
    try:
        with closing(_connect(file, LOCK_SECONDS)) as connection:
            (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        result = " ".join(result.split())
    except sqlite3.DatabaseError as error:
        result = str(error)
    if result != "ok":
        raise damaged_database(file, result)


@contextmanager
def _damage_named(file: Path | str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError:
        raise  # it is locked, say
    except sqlite3.DatabaseError as error:
        raise damaged_database(Path(file), str(error)) from error


def is_wal(connection: sqlite3.Connection) -> bool:
    """Whether others can write while a snapshot is read."""
    return connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def is_database(file: Path) -> bool:
    """Whether the file is a SQLite database, whatever its name."""
    try:
        with closing(_connect(file, PATIENT_SECONDS)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            return False
        raise
    return True


def _connect(file: Path, wait: float) -> sqlite3.Connection:
    # `rw`: a deleted file is an error, not a new empty database.
    return sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=wait, isolation_level=None)
