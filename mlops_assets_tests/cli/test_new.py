"""Which source the options of `mlops-assets new` name."""

from pathlib import Path

import pytest

from mlops_assets.cli.new import describe_source


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT\n x FROM v",
        "select\tx from v",
        "-- rows of today\nSELECT x FROM v",
        "/* several\nlines */ SELECT x FROM v",
        "  WITH\nv AS (SELECT 1) SELECT * FROM v",
        "(SELECT 1 AS x)",
        "select*from v",
        "VALUES (1), (2)",
    ],
)
def test_a_query_in_whatever_form(sql):
    assert describe_source("", "", sql, Path("/")) == {"type": "sql", "query": sql}


@pytest.mark.parametrize("sql", ["customers", "my.table", "selected", "with_dates", "select_2026"])
def test_a_table(sql):
    assert describe_source("", "", sql, Path("/")) == {"type": "sql", "table": sql}
