"""Run the script that `pg_restore` makes of a dump, in our own transaction.

`pg_restore` itself would commit. This way the dump, what was moved aside for it, the new folders
in its rows, the other databases and the home are restored together or not at all.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from mlops_assets.errors import InputError
from mlops_assets.operations.backup.postgres_programs import (
    RESTORE,
    first_error,
    program_environment,
)

if TYPE_CHECKING:
    import psycopg

# COPY is only in the second, so that no line of a function's body is mistaken for it.
SECTIONS = ("pre-data", "data", "post-data")
COPY_BEGINS, COPY_ENDS = re.compile(rb"COPY .* FROM stdin;\n"), b"\\.\n"
# The first and the last line of a script restrict psql's own commands, with a random key.
FOR_PSQL = re.compile(rb"\\(un)?restrict \w{32,}\n")
# Also written for older servers, which do not support it.
SINCE_17 = b"SET transaction_timeout = 0;\n"
CREATE_SCHEMA = re.compile(rb"; Type: SCHEMA; Schema: -; Owner: -\n--\n\nCREATE SCHEMA ")
ROWS = 1000


def load(connection: psycopg.Connection, file: Path) -> None:
    """Restore a dump in the open transaction of `connection`."""
    for section in SECTIONS:
        with _script(file, section) as script:
            _run(connection, script, rows=section == "data")


@contextmanager
def _script(file: Path, section: str) -> Iterator[IO[bytes]]:
    options = ["--file=-", f"--section={section}", "--no-owner", "--no-privileges"]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [RESTORE, *options, str(file)],
            env=program_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        yield cast("IO[bytes]", process.stdout)
        if code := process.wait():
            errors.seek(0)
            raise InputError(
                seen=f"{file} cannot be read: {first_error(errors.read(), code)}",
                expected="a dump that pg_restore can read",
                todo="correct that and restore again; nothing has been changed",
            )


def _run(connection: psycopg.Connection, script: IO[bytes], *, rows: bool) -> None:
    statements: list[bytes] = []
    for line in iter(script.readline, b""):
        if rows and COPY_BEGINS.fullmatch(line):
            _execute(connection, statements)
            _copy(connection, line, script)
            statements = []
        elif not FOR_PSQL.fullmatch(line):
            statements.append(line)
    _execute(connection, statements)


def _copy(connection: psycopg.Connection, statement: bytes, script: IO[bytes]) -> None:
    lines = iter(script.readline, COPY_ENDS)
    with connection.cursor().copy(statement) as copy:
        while piece := b"".join(islice(lines, ROWS)):
            copy.write(piece)


def _execute(connection: psycopg.Connection, lines: list[bytes]) -> None:
    """Run the statements as written, but use a schema that exists and is empty."""
    if connection.info.server_version < 170000:
        lines = [line for line in lines if line != SINCE_17]
    text = CREATE_SCHEMA.sub(lambda found: found[0] + b"IF NOT EXISTS ", b"".join(lines))
    connection.execute(text)
