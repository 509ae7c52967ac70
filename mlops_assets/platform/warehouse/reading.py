"""Read-only connections to the warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    import sqlalchemy as sa

WAREHOUSE = "WAREHOUSE_URL"
CONNECT_SECONDS = 10


def engine_url(warehouse_url: str) -> sa.URL:
    """`warehouse_url` with psycopg 3, the installed driver, for PostgreSQL."""
    from sqlalchemy import exc, make_url

    try:
        url = make_url(warehouse_url)
    except (exc.ArgumentError, ValueError):
        # The error is not shown, because its text may contain the URL, including the password.
        why = "it is not a database URL"
        raise _unusable(f"{WAREHOUSE} cannot be used", why, WAREHOUSE) from None
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url


def shown(warehouse_url: str) -> str:
    """The URL for messages, without the password and the query, which may contain one."""
    return engine_url(warehouse_url).set(query={}).render_as_string(hide_password=True)


@contextmanager
def reading(url: str, variable: str = WAREHOUSE) -> Iterator[sa.Connection]:
    """Open a read-only connection, closed at the end of the block.

    Raises `InputError`, naming the `variable` that the URL comes from, if that fails.
    """
    import sqlalchemy as sa

    connection = _connect(url, variable)
    try:
        if connection.dialect.name == "sqlite":
            connection.execute(sa.text("PRAGMA query_only = ON"))
        yield connection
    finally:
        connection.close()


def _connect(given: str, variable: str) -> sa.Connection:
    import sqlalchemy as sa
    from sqlalchemy import exc

    url = _existing(engine_url(given))
    options = {}
    if url.get_backend_name() == "postgresql" and "connect_timeout" not in url.query:
        options = {"connect_args": {"connect_timeout": CONNECT_SECONDS}}
    try:
        engine = sa.create_engine(url, poolclass=sa.pool.NullPool, **options)
        connection = engine.connect()
    except (exc.DBAPIError, exc.ArgumentError, ImportError) as error:
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        where = f"the database {shown(given)} of {variable}"
        raise _unusable(f"{where} cannot be reached", why, variable) from error
    return connection.execution_options(postgresql_readonly=True)


def _existing(url: sa.URL) -> sa.URL:
    """`url`, or an empty database for a missing SQLite file, which connecting would create."""
    import sqlalchemy as sa

    file = url.database or ":memory:"
    is_file = url.get_backend_name() == "sqlite" and not file.startswith((":memory:", "file:"))
    if is_file and not Path(file).exists():
        return sa.make_url("sqlite://")
    return url


def _unusable(seen: str, why: str, variable: str) -> InputError:
    return InputError(
        seen=f"{seen}: {why}",
        expected="a SQLAlchemy URL such as postgresql://user@host/database, and a server there",
        todo=f"set the environment variable {variable}, or start the database",
    )
