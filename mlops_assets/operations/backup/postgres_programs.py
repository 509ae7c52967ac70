"""PostgreSQL's `pg_dump` and `pg_restore`: their versions, and how they connect."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    import psycopg

DUMP, RESTORE = "pg_dump", "pg_restore"
# Debian's wrapper runs the newest installed version only if a host is given.
NEWEST = {"PGHOST": "localhost"}


def require_program(name: str, needed: int, why: str) -> int:
    """The major version of `name` on the PATH.

    Raises `InputError`, which names the package, if it is missing or older than `needed`.
    """
    path = shutil.which(name)
    found = _version(path) if path else ""
    if found and int(found.partition(".")[0]) >= needed:
        return int(found.partition(".")[0])
    seen = f"{path} is {name} {found or 'of an unknown version'}" if path else f"no {name}"
    raise InputError(
        seen=seen if path else f"{seen} on the PATH",
        expected=f"{name} {needed} or newer: {why}",
        todo=f"install it (Debian and Ubuntu: apt-get install postgresql-client-{needed}, which "
        "apt.postgresql.org has for older distributions; elsewhere: the package "
        "postgresql-client), or put its folder first on the PATH",
    )


def _version(path: str) -> str:
    done = subprocess.run(
        [path, "--version"], env=program_environment(), capture_output=True, text=True
    )
    found = re.search(r"\(PostgreSQL\) (\d[\d.]*)", done.stdout)
    return found[1] if found else ""


def program_environment(connection: psycopg.Connection | None = None) -> dict[str, str]:
    """The environment with which a program connects in the same way as `connection`.

    It holds the password, because every user of the machine can read a command line.
    """
    if connection is None:
        return {**os.environ, **NEWEST}
    options = {
        option.envvar.decode(): option.val.decode()
        for option in connection.pgconn.info
        if option.envvar and option.val
    }
    # A URL may name several hosts, but only one of them has the snapshot.
    one = {"PGHOST": connection.info.host, "PGPORT": str(connection.info.port)}
    return {**os.environ, **options, **one}


def first_error(stderr: bytes, returncode: int) -> str:
    """The line in which a program reports why it failed."""
    lines = stderr.decode(errors="replace").splitlines()
    errors = [line for line in lines if " error: " in line]
    return (errors or lines or [f"it exited with code {returncode}"])[0]
