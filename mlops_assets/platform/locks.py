"""One lock by name, for all processes that share a database, on however many machines."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from mlops_assets.platform.postgres import connected, is_postgres
from mlops_assets.platform.settings import Settings

HOLDER = """SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) | objid::bigint = %s"""


def lock(settings: Settings, name: str, store: str = "") -> AbstractContextManager[None]:
    """Hold `name` alone among all processes that have this database, or else this home.

    `store` is the URL of what the lock is about: if that is PostgreSQL, it is the database. A lock
    is let go when its process dies. Raises `InputError` if the database does not answer.
    """
    url = store if is_postgres(store) else settings.shared_database
    return _advisory(url, name) if url else _of_the_home(settings, name)


def advisory_number(name: str) -> int:
    """The number of a PostgreSQL advisory lock: a signed 64-bit hash of its name."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@contextmanager
def held_by_other(url: str, name: str) -> Iterator[str]:
    """Who else holds `name` in a database; "" if nobody, and then this process does in the block.

    Raises `InputError` if the database does not answer.
    """
    number = advisory_number(f"lock/{name}")
    with connected(url) as connection:
        connection.autocommit = True
        own = f"host {socket.gethostname()}, process {os.getpid()}"
        connection.execute("SELECT set_config('application_name', %s, false)", [own])
        if connection.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone() == (True,):
            yield ""
        else:
            yield (connection.execute(HOLDER, [number]).fetchone() or ["another machine"])[0]


@contextmanager
def _advisory(url: str, name: str) -> Iterator[None]:
    with connected(url) as connection:
        connection.autocommit = True  # a transaction that is open for long holds up VACUUM
        connection.execute("SELECT pg_advisory_lock(%s)", [advisory_number(f"lock/{name}")])
        yield


@contextmanager
def _of_the_home(settings: Settings, name: str) -> Iterator[None]:
    from filelock import FileLock

    path = settings.home / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path):
        yield
