"""Where Dagster keeps its own state, as the setting DAGSTER_STORAGE_URL says."""

from mlops_assets.errors import InputError
from mlops_assets.platform.postgres import is_postgres, with_driver

STORAGE_VARIABLE = "DAGSTER_STORAGE_URL"


def checked(url: str, mlflow_uri: str) -> str:
    """The `url` given as DAGSTER_STORAGE_URL, with the driver of our other settings.

    Raises `InputError`, which shows nothing of it, where Dagster cannot keep its state there.
    """
    if not is_postgres(url):
        raise InputError(
            seen=f"{STORAGE_VARIABLE} is not the URL of a PostgreSQL database",
            expected="postgresql://user:password@host/database",
            todo="correct it, or unset it: Dagster's state is then in SQLite in the home",
        )
    if with_driver(url) == mlflow_uri:
        raise InputError(
            seen=f"{STORAGE_VARIABLE} and MLFLOW_TRACKING_URI name the same database",
            expected="a database for each: both have tables `runs` and `alembic_version`",
            todo=f"create another database and set {STORAGE_VARIABLE}",
        )
    return with_driver(url)
