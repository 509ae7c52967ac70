"""Snapshot several databases at one moment, while nobody can write to them."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.operations.backup import postgres, sqlite
from mlops_assets.operations.backup.stores import WAREHOUSE, Stores
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.sqlite_url import sqlite_file

if TYPE_CHECKING:
    import psycopg

TRIES = 30


@dataclass(frozen=True)
class Moment:
    """A time (seconds since 1970), and connections with a snapshot of each database then."""

    at: float
    files: dict[Path, sqlite3.Connection]
    servers: "dict[str, psycopg.Connection]"


@contextmanager
def moment(stores: Stores, settings: Settings) -> Iterator[Moment]:
    """Snapshot all databases; the connections are open inside the block.

    The warehouse is read at the same moment but not locked: its writers are not ours, and no row
    of the other databases refers to its rows. Raises `InputError` if a database stays locked.
    """
    with ExitStack() as readers:
        for attempt in range(1, TRIES + 1):
            try:
                with _held(stores, settings):
                    found = _begin(stores, readers)
                break
            except sqlite3.OperationalError as error:
                readers.close()
                if attempt == TRIES:
                    raise _busy(error) from error
                time.sleep(0.1)
        else:
            raise AssertionError("the last attempt raises")
        yield found


def _begin(stores: Stores, readers: ExitStack) -> Moment:
    return Moment(
        at=time.time(),
        files={path: readers.enter_context(sqlite.snapshot(path)) for path in stores.databases},
        servers={url: readers.enter_context(postgres.snapshot(url)) for url in stores.servers},
    )


@contextmanager
def _held(stores: Stores, settings: Settings) -> Iterator[None]:
    warehouse = sqlite_file(settings.warehouse_url)
    with ExitStack() as writers:
        # Servers first: their locks may take seconds; files are locked for milliseconds only.
        for url, variables in stores.servers.items():
            if variables != (VARIABLES[WAREHOUSE],):
                writers.enter_context(postgres.held(url))
        writers.enter_context(sqlite.held([p for p in stores.databases if p != warehouse]))
        yield


def _busy(error: sqlite3.OperationalError) -> InputError:
    return InputError(
        seen=f"a SQLite file of the state cannot be locked for a moment: {error}",
        expected="databases that are unlocked between writes",
        todo="look for a process that keeps one locked, or for a full disk; then try again",
    )
