"""The two kinds of database that a test runs on."""

import pytest

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)
DATABASES = ["sqlite", POSTGRESQL]
