"""One lock by name, for all processes that share a database, on however many machines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from mlops_assets.platform.postgres import connected
from mlops_assets.platform.settings import Settings


def lock(settings: Settings, name: str) -> AbstractContextManager[None]:
    """Hold `name` alone among all processes that have this database, or else this home.

    A lock is let go when its process dies. Raises `InputError` if the database does not answer.
    """
    url = settings.shared_database
    return _advisory(url, name) if url else _of_the_home(settings, name)


def advisory_number(name: str) -> int:
    """The number of a PostgreSQL advisory lock: a signed 64-bit hash of its name."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


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
