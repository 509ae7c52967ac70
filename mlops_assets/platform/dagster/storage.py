"""Dagster's own storage: SQLite in its home, or the PostgreSQL of DAGSTER_STORAGE_URL."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.platform.dagster_storage_url import STORAGE_VARIABLE
from mlops_assets.platform.postgres import connected, with_driver

if TYPE_CHECKING:
    from mlops_assets.platform.dagster.private import ConfigurableClassData

YAML = "dagster.yaml"
DRIVER = "psycopg2"
POSTGRES = "DagsterPostgresStorage"
IN_YAML = {"postgres": {"postgres_url": {"env": STORAGE_VARIABLE}}}


def for_dagster(url: str) -> str:
    """The URL as dagster-postgres needs it.

    SQLAlchemy 2.1 takes psycopg 3 unless told, whose connections Dagster's pages close.
    """
    return with_driver(url, DRIVER)


def require_package() -> None:
    """Raise `InputError` where dagster-postgres is not installed."""
    from importlib.metadata import version

    if find_spec("dagster_postgres") is None:
        raise InputError(
            seen="Dagster's storage is in PostgreSQL, and dagster-postgres is not installed",
            expected="the optional packages `postgres` of this project",
            todo=f"pip install dagster-postgres=={version('dagster-mlflow')}",
        )


def on_postgres(text: str) -> str:
    """A dagster.yaml with its storage in the database of DAGSTER_STORAGE_URL.

    The URL itself, which may hold a password, is not in it.
    """
    import yaml

    return yaml.safe_dump({**yaml.safe_load(text), "storage": IN_YAML}, sort_keys=False)


def storage_of(home: Path) -> ConfigurableClassData | None:
    """The storage that dagster.yaml in `home` says, as Dagster reads it."""
    from mlops_assets.platform.dagster.private import InstanceRef

    return InstanceRef.from_dir(str(home)).storage_data


def postgres_url(home: Path) -> str:
    """The URL of the PostgreSQL database that dagster.yaml in `home` names, "" for none.

    None as well where a cloud's tokens open it. Raises `InputError` where the file takes it
    from a variable that is not set.
    """
    from mlops_assets.platform.dagster.private import (
        pg_config,
        process_config,
        resolve_to_config_type,
    )

    storage = storage_of(home)
    if storage is None or storage.class_name != POSTGRES:
        return ""
    require_package()
    from dagster_postgres.utils import pg_url_from_config

    config = process_config(resolve_to_config_type(pg_config()), storage.config_dict)
    for error in config.errors or ():
        raise InputError(
            seen=f"{home / YAML}: {error.message.splitlines()[0]}",
            expected="the address of Dagster's storage",
            todo="set the environment variable that it names",
        )
    given = config.value or {}
    return "" if given.get("auth_provider") else with_driver(pg_url_from_config(given))


def has_tables(url: str) -> bool:
    """Whether Dagster has made its tables there. Raises `InputError` where nothing answers."""
    with connected(url) as connection:
        return connection.execute("SELECT to_regclass('runs')").fetchone() != (None,)
