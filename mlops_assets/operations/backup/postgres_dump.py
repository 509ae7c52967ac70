"""Dump a snapshot of a PostgreSQL database with `pg_dump`."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.operations.backup.postgres_programs import (
    DUMP,
    first_error,
    program_environment,
    require_program,
)
from mlops_assets.platform.warehouse.reading import shown

if TYPE_CHECKING:
    import psycopg

OPTIONS = (
    "--format=custom",
    "--no-password",
    # A backup may be restored by another user on another server, where these may be meaningless,
    # and some can be created only by a superuser.
    "--no-privileges",
    "--no-comments",
    "--no-security-labels",
    "--no-publications",
    "--no-subscriptions",
    # No large objects: they would end the transaction in which a dump is restored. The long name
    # of the option depends on the version.
    "-B",
)


def require_dump(connection: psycopg.Connection, url: str) -> int:
    """The version of `pg_dump`. Raises `InputError` if it cannot dump the server of `url`."""
    server = connection.info.server_version // 10000
    return require_program(DUMP, server, f"the server of {shown(url)} is PostgreSQL {server}")


def dump(connection: psycopg.Connection, url: str, file: Path) -> int:
    """Dump the snapshot `connection` of `url` to `file`; returns the version of `pg_dump`."""
    version = require_dump(connection, url)
    file.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [DUMP, *OPTIONS, *_which(connection), f"--file={file}"],
        env=program_environment(connection),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    if done.returncode:
        raise InputError(
            seen=f"{shown(url)} cannot be dumped: {first_error(done.stderr, done.returncode)}",
            expected="a user that may read every table, and enough disk space",
            todo="correct that and take the backup again, in a new folder",
        )
    return version


def not_dumped(connection: psycopg.Connection) -> list[str]:
    """What `dump` leaves out of the snapshot, as text."""
    query = "SELECT count(*) FROM pg_largeobject_metadata HAVING count(*) > 0"
    return [f"{count} large objects" for (count,) in connection.execute(query).fetchall()]


def _which(connection: psycopg.Connection) -> list[str]:
    """The options for the snapshot, without the schemas that an earlier restore moved aside."""
    ((exported,),) = connection.execute("SELECT pg_export_snapshot()").fetchall()
    aside = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%.before-%'")
    # A name in double quotes is not a pattern.
    quoted = [name.replace('"', '""') for (name,) in aside.fetchall()]
    return [f"--snapshot={exported}", *(f'--exclude-schema="{name}"' for name in quoted)]
