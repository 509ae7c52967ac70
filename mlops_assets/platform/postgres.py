"""Recognize PostgreSQL URLs and connect to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    import psycopg


def is_postgres(url: str) -> bool:
    """Whether `url` is the URL of a PostgreSQL database."""
    return url.split("://")[0].split("+")[0] in ("postgresql", "postgres")


def with_driver(url: str, driver: str = "psycopg") -> str:
    """The URL of the same database with another driver; the default is that of the settings."""
    return f"postgresql+{driver}://{url.partition('://')[2]}"


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    """Open a connection. Raises `InputError`, without the password, if that fails."""
    import psycopg

    from mlops_assets.platform.warehouse.reading import CONNECT_SECONDS, engine_url, shown

    # Not as one text: psycopg repeats a password in it that has a space.
    parts = engine_url(with_driver(url))
    given, options = parts.get_dialect()().create_connect_args(parts)
    options["connect_timeout"] = CONNECT_SECONDS
    try:
        connection = psycopg.connect(*given, **options)
    except psycopg.OperationalError as error:
        raise InputError(
            seen=f"{shown(url)} cannot be reached: {str(error).splitlines()[0]}",
            expected="a running PostgreSQL server",
            todo="start the server, or correct the environment variable with its URL",
        ) from None
    with connection:
        yield connection
