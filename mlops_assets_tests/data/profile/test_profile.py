"""The figures of a table are those that one counts by hand."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.personal_data import PersonalData
from mlops_assets.data.profile.counted_table import CountedTable, column_table
from mlops_assets.data.profile.profile import profile
from mlops_assets.features.columns import Columns

COLUMNS = Columns(numeric=["a", "b"], categorical=["c"])


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "a": [1.0, 2.0, 3.0, 4.0, np.nan, 4.0],
            "b": [2.0, 4.0, 6.0, 8.0, 9.0, 8.0],
            "c": ["x", "x", "", "x", "x", "x"],
            "y": [0, 1, 0, 1, 0, 1],
        }
    )


def counted(table: pd.DataFrame) -> CountedTable:
    return CountedTable.of_frame(table, COLUMNS, "y")


def test_a_profile_counts_features_only(table):
    assert profile(counted(table)) == {
        "rows": 6,
        "columns": 4,
        "missing_rate": pytest.approx(2 / 18),
        "duplicate_rate": pytest.approx(1 / 6),
        "outlier_rate": 0,
        "feature_correlation": pytest.approx(1),
    }


@pytest.mark.parametrize("rows", [0, 1])
def test_tiny_tables_have_a_profile(table, rows):
    figures = profile(counted(table.head(rows)))
    assert figures["rows"] == rows
    assert all(np.isfinite(value) for value in figures.values())
    assert len(column_table(counted(table.head(rows)))) == 4


def test_every_column_is_a_row(table):
    shown = column_table(counted(table)).set_index("name")
    assert shown.loc["a"].tolist() == ["float64", 16.67, 4, "1", "2.8", "4", ""]
    assert shown.loc["c"].tolist() == ["object", 16.67, 1, "", "", "", "x"]


def test_dates_flags_and_lists_are_shown():
    days = pd.to_datetime(["2026-01-01", "2026-01-03"])
    table = pd.DataFrame({"day": days, "flag": [True, False], "list": [[1], [2]]})
    shown = column_table(counted(table)).set_index("name")
    assert shown.loc["day", "mean"] == "2026-01-02 00:00:00"
    assert shown.loc["flag", "mean"] == "0.5"
    assert shown.loc["list", "distinct"] == 2


def test_a_rare_value_that_could_name_a_person_is_not_shown():
    table = pd.DataFrame({"name": ["Ada"] * 4 + ["Bob"]})
    assert column_table(counted(table))["top value"].tolist() == [""]
    assert column_table(counted(pd.concat([table, table])))["top value"].tolist() == ["Ada"]


def test_of_a_masked_column_no_value_is_shown(table):
    shown = column_table(counted(table), personal=PersonalData(("a", "c"))).set_index("name")
    values = ["min", "mean", "max", "top value"]
    assert (shown.loc[["a", "c"], values] == "").all(axis=None)
    assert shown.loc["b", "max"] == "9"
    assert shown["distinct"].tolist() == column_table(counted(table))["distinct"].tolist()
