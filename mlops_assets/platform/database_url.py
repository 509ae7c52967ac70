"""Validate the database URLs of the settings: their form, their kind, and their driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    import sqlalchemy as sa

BACKENDS = {
    "MLFLOW_TRACKING_URI": ("sqlite", "postgresql", "mysql", "mssql"),
    "MLFLOW_BACKEND_STORE_URI": ("sqlite", "postgresql", "mysql", "mssql"),
    "LEDGER_URL": ("sqlite", "postgresql"),
}
"""The databases that a setting may name; one that is not listed may name any."""
SERVERS = ("http://", "https://", "databricks")


def checked(url: str, variable: str) -> str:
    """The `url` of `variable`. Raises `InputError`, without a password, if it cannot be used."""
    from sqlalchemy import exc, make_url

    if variable == "MLFLOW_TRACKING_URI" and url.startswith(SERVERS):
        return url
    try:
        parts = make_url(url)
    except (exc.ArgumentError, ValueError):
        # The error is not shown, because its text may contain the URL, including the password.
        raise _unusable(variable, f"{variable} is not a database URL") from None
    _require_driver(parts, variable)
    return url


def _require_driver(url: sa.URL, variable: str) -> None:
    from sqlalchemy import exc

    kind = url.get_backend_name()
    if kind not in BACKENDS.get(variable, (kind,)):
        raise _unusable(variable, f"{variable} begins with {kind}://, which it cannot be")
    try:
        url.get_dialect().import_dbapi()
    except exc.NoSuchModuleError:
        seen = f"{variable} begins with {url.drivername}://, which no installed package knows"
        raise _unusable(variable, seen) from None
    except ImportError as error:
        missing = error.name or str(error)
        seen = f"{variable} begins with {url.drivername}://, whose driver {missing} is missing"
        todo = f"install the package that has {missing} into the same environment"
        raise _unusable(variable, seen, todo) from None


def _unusable(variable: str, seen: str, todo: str = "") -> InputError:
    forms = "sqlite:////path/file.db or postgresql://user:password@host/database"
    server = "http://host:port, " if variable == "MLFLOW_TRACKING_URI" else ""
    return InputError(
        seen=seen,
        expected=f"{server}{forms}",
        todo=f"{todo or 'correct it'}, or unset it to use the embedded database",
    )
