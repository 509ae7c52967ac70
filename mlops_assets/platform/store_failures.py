"""Say in our words that a store failed: a damaged database, a full disk, an S3 API that is away.

SQLAlchemy, MLflow and Dagster raise what SQLite and the operating system said, without the file.
The one place that translates this, for commands, assets, checks, sensors and schedules.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from typing import TypeVar

from mlops_assets.errors import InputError
from mlops_assets.platform.object_store_failures import object_store_failure
from mlops_assets.platform.settings import DATABASES, Settings
from mlops_assets.platform.sqlite_url import sqlite_file

FULL = (errno.ENOSPC, errno.EDQUOT)
DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)
BROKEN = (errno.EIO,)
LITTLE = 256 * 1024
"""Free bytes below which SQLite may report a full disk as another error."""
Context = TypeVar("Context")
Result = TypeVar("Result")


@contextmanager
def store_failures_explained(settings: Settings) -> Iterator[None]:
    """Turn the failure of a store inside the block into an `InputError`."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        if told := store_failure(error, settings):
            raise told from error
        raise


def explaining_store_failures(evaluate: Callable[[Context], Result]) -> Callable[[Context], Result]:
    """A sensor or schedule whose tick says which store failed; it returns, and yields nothing."""

    @wraps(evaluate)
    def explained(context: Context) -> Result:
        with store_failures_explained(Settings.from_environment()):
            return evaluate(context)

    return explained


def store_failure(error: BaseException, settings: Settings) -> InputError | None:
    """The `InputError` for an error that a store's failure caused; None for any other error."""
    for cause in _causes(error):
        if isinstance(cause, InputError):
            return cause
        if isinstance(cause, sqlite3.DatabaseError):
            return _of_sqlite(cause, settings)
        if isinstance(cause, OSError) and cause.errno in (*FULL, *DENIED, *BROKEN):
            return _of_disk(cause, settings)
        if type(cause).__module__.startswith("psycopg") and hasattr(cause, "sqlstate"):
            return _of_server(cause)
        if found := object_store_failure(cause):
            return found
        if _is_about_schema(cause):
            return _of_schema(cause, settings)
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from or instead of, the first cause last."""
    seen, waiting = set(), [error]
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        related = (getattr(cause, "orig", None), cause.__cause__, cause.__context__)
        waiting += [it for it in related if isinstance(it, BaseException)]


def _of_sqlite(error: sqlite3.DatabaseError, settings: Settings) -> InputError | None:
    text = str(error)
    if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)):
        return None  # a mistake in a statement, or a row that a constraint refuses
    full = _full_places(settings)
    if "full" in text or full:
        return _no_room(full[0] if full else settings.home)
    if "locked" in text:
        return _busy(settings, text)
    if denied := _denied_file(settings):
        return _no_permission(denied, text)
    if damaged := next(_damaged_files(settings), None):
        file, why = damaged
        return damaged_database(file, why)
    return damaged_database(None, text) if "not a database" in text or "malformed" in text else None


def damaged_database(file: Path | None, why: str) -> InputError:
    """The error for a SQLite file that cannot be read."""
    return InputError(
        seen=f"the database {file} is damaged: {why}" if file else f"a database is damaged: {why}",
        expected="a database that passes SQLite's check",
        todo="restore a backup with `mlops-assets restore`, or repair it with "
        "`sqlite3 FILE .recover`; `mlops-assets doctor` checks every store",
    )


def _of_disk(error: OSError, settings: Settings) -> InputError:
    named = Path(str(error.filename)) if error.filename else None
    if error.errno in FULL:
        return _no_room(named or next(iter(_full_places(settings)), settings.home))
    return _no_permission(named or settings.home, error.strerror or "")


def _no_room(place: Path) -> InputError:
    return InputError(
        seen=f"no space is left on the disk of {place}",
        expected="a disk with free space",
        todo="free some space, or move the home to another disk: copy it, set MLOPS_ASSETS_HOME "
        "and run `mlops-assets adopt`",
    )


def _no_permission(place: Path, why: str) -> InputError:
    return InputError(
        seen=f"{place} cannot be read or written: {why}",
        expected="files and folders that this user may read and write",
        todo="change the permissions, run this as the user who owns them, or set MLOPS_ASSETS_HOME "
        "to another folder",
    )


def _busy(settings: Settings, why: str) -> InputError:
    return InputError(
        seen=f"a database in {settings.home} could not be used: {why}",
        expected="databases that are unlocked between writes",
        todo="look for a process that keeps one locked, then try again",
    )


def _of_server(error: BaseException) -> InputError:
    return InputError(
        seen=f"a PostgreSQL server failed: {(str(error).splitlines() or ['no text'])[0]}",
        expected="a running server, and a user with the rights to read and write",
        todo="see its log; `mlops-assets doctor` says which of the databases it is",
    )


def _is_about_schema(error: BaseException) -> bool:
    is_alembics = type(error).__module__.startswith("alembic.")
    return is_alembics or "out-of-date database schema" in str(error)


def _of_schema(error: BaseException, settings: Settings) -> InputError:
    where = sqlite_file(settings.mlflow_tracking_uri) or "of MLFLOW_TRACKING_URI"
    return InputError(
        seen=f"MLflow's database {where} has another schema: {str(error).splitlines()[0]}",
        expected="the schema of the installed MLflow",
        todo="take a backup, then run `mlops-assets upgrade`, or install the MLflow that wrote it",
    )


def _files(settings: Settings) -> Iterator[Path]:
    for field in DATABASES:
        if (file := sqlite_file(getattr(settings, field))) and file.exists():
            yield file
    yield from sorted(settings.dagster_home.rglob("*.db"))


def _denied_file(settings: Settings) -> Path | None:
    """The first database that cannot be written, or in whose folder nothing can be made."""
    paths = [it for file in _files(settings) for it in (file, file.parent)]
    paths += [settings.home] if settings.home.exists() else []
    return next((it for it in paths if not os.access(it, os.W_OK)), None)


def _damaged_files(settings: Settings) -> Iterator[tuple[Path, str]]:
    for file in _files(settings):
        try:
            with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
                (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            result = str(error)
        if result != "ok":
            yield file, " ".join(result.split())


def _full_places(settings: Settings) -> list[Path]:
    """The folders of the state, and of temporary files, whose disk has no room left."""
    files = [sqlite_file(getattr(settings, field)) for field in DATABASES]
    places = [settings.home, Path(settings.lake_url), *(it.parent for it in files if it)]
    return [it for it in (*places, Path(tempfile.gettempdir())) if _is_full(it)]


def _is_full(place: Path) -> bool:
    folder = next((it for it in (place, *place.parents) if it.exists()), None)
    return folder is not None and shutil.disk_usage(folder).free < LITTLE
