"""Validate DAGSTER_STORAGE_URL, the database of Dagster's own state."""

from mlops_assets.errors import InputError
from mlops_assets.platform.postgres import is_postgres, with_driver

STORAGE_VARIABLE = "DAGSTER_STORAGE_URL"


def checked(url: str, mlflow_uri: str) -> str:
    """The `url` of DAGSTER_STORAGE_URL, with the same driver as the other settings.

    Raises `InputError`, without showing the URL, if Dagster cannot use it.
    """
    if not is_postgres(url):
        raise InputError(
            seen=f"{STORAGE_VARIABLE} is not the URL of a PostgreSQL database",
            expected="postgresql://user:password@host/database",
            todo="correct it, or unset it to keep Dagster's state in SQLite in the home",
        )
    if with_driver(url) == mlflow_uri:
        raise InputError(
            seen=f"{STORAGE_VARIABLE} and MLFLOW_TRACKING_URI name the same database",
            expected="separate databases, because both have tables `runs` and `alembic_version`",
            todo=f"create another database and set {STORAGE_VARIABLE}",
        )
    return with_driver(url)
