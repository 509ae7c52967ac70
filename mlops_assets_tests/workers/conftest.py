"""The databases of a deployment, for the tests of a file."""

import psycopg
import pytest

NAMES = {
    "DAGSTER_STORAGE_URL": "away_dagster",
    "MLFLOW_TRACKING_URI": "away_mlflow",
    "LEDGER_URL": "away_ledger",
    "WAREHOUSE_URL": "away_warehouse",
}


@pytest.fixture(scope="module")
def module_databases(postgres) -> dict[str, str]:
    """The URL of an empty database for each variable that names one."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        for name in NAMES.values():
            connection.execute(f"CREATE DATABASE {name}")  # pyright: ignore[reportArgumentType]
    return {it: postgres.replace("/postgres?", f"/{name}?") for it, name in NAMES.items()}
