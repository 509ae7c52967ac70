"""A real PostgreSQL, and a database of its own for each that asks."""

import itertools

import psycopg
import pytest

from mlops_assets_tests.core.sources.conftest import postgres  # noqa: F401 - a fixture

NUMBERS = itertools.count()


@pytest.fixture
def new_database(postgres):  # noqa: F811
    """Makes an empty database; its URL."""

    def make() -> str:
        name = f"backup_{next(NUMBERS)}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return postgres.replace("/postgres?", f"/{name}?")

    return make
