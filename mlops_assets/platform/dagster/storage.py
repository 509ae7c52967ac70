"""Dagster's own storage: SQLite in its home, or the PostgreSQL database of DAGSTER_STORAGE_URL."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    """The URL with the driver that dagster-postgres needs.

    SQLAlchemy 2.1 defaults to psycopg 3, whose connections Dagster's web server closes too early.
    """
    return with_driver(url, DRIVER)


def require_package() -> None:
    """Raise `InputError` if dagster-postgres is not installed."""
    from importlib.metadata import version

    if find_spec("dagster_postgres") is None:
        raise InputError(
            seen="Dagster's storage is in PostgreSQL, but dagster-postgres is not installed",
            expected="the optional dependencies `postgres` of this project",
            todo=f"pip install dagster-postgres=={version('dagster-mlflow')}",
        )


def on_postgres(text: str) -> str:
    """The text of a dagster.yaml with its storage in the database of DAGSTER_STORAGE_URL.

    It refers to the variable and does not contain the URL, which may include a password.
    """
    import yaml

    return yaml.safe_dump({**yaml.safe_load(text), "storage": IN_YAML}, sort_keys=False)


def with_folders(text: str, moves: Mapping[Path, Path]) -> str:
    """The text of a dagster.yaml in which each path is in the new folder instead of the old one."""
    import yaml

    return yaml.safe_dump(_moved(yaml.safe_load(text), moves), sort_keys=False, allow_unicode=True)


def with_concurrency(text: str, runs: int) -> str:
    """The text of a dagster.yaml in which at most so many runs are executed at a time."""
    import yaml

    found = yaml.safe_load(text)
    concurrency = {**found.get("concurrency", {}), "runs": {"max_concurrent_runs": runs}}
    return yaml.safe_dump({**found, "concurrency": concurrency}, sort_keys=False)


def _moved(value: Any, moves: Mapping[Path, Path]) -> Any:
    if isinstance(value, dict):
        return {name: _moved(inner, moves) for name, inner in value.items()}
    if isinstance(value, list):
        return [_moved(inner, moves) for inner in value]
    if not isinstance(value, str):
        return value
    inside = [old for old in moves if Path(value).is_relative_to(old)]
    old = max(inside, key=lambda it: len(it.parts), default=None)
    return value if old is None else str(moves[old] / Path(value).relative_to(old))


def storage_of(home: Path) -> ConfigurableClassData | None:
    """The storage configured in `home`'s dagster.yaml, as Dagster reads it."""
    from mlops_assets.platform.dagster.private import InstanceRef

    return InstanceRef.from_dir(str(home)).storage_data


def postgres_url(home: Path) -> str:
    """The URL of the PostgreSQL database in `home`'s dagster.yaml, or "" if there is none.

    Also "" if it is accessed with a cloud provider's tokens. Raises `InputError` if the file reads
    it from a variable that is not set.
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
            expected="the URL of Dagster's storage",
            todo="set the environment variable that it refers to",
        )
    given = config.value or {}
    return "" if given.get("auth_provider") else with_driver(pg_url_from_config(given))


def has_tables(url: str) -> bool:
    """Whether Dagster's tables exist there. Raises `InputError` if the server does not answer."""
    with connected(url) as connection:
        return connection.execute("SELECT to_regclass('runs')").fetchone() != (None,)
