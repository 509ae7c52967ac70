"""What no model knows how to take is read as text or numbers, whatever the source."""

from datetime import timedelta
from decimal import Decimal

import pandas as pd
import pytest

from mlops_assets.data.sources.parquet import ParquetSource
from mlops_assets.data.sources.plain_values import plain_values
from mlops_assets.data.sources.sql_numbers import with_numbers


def test_parquet_with_bytes_lists_structures_and_durations(settings):
    table = pd.DataFrame(
        {
            "photo": [b"\xc4", None],
            "parts": [[1, 2], []],
            "facts": [{"a": "é"}, {"a": None}],
            "stay": [timedelta(hours=1), None],
        }
    )
    table.to_parquet(settings.project_root / "data.parquet")
    read = ParquetSource(path="data.parquet").read(settings)
    assert read.iloc[0].tolist() == [r"\xc4", "[1, 2]", '{"a": "é"}', 3600.0]
    assert read.isna().iloc[1].tolist() == [True, False, False, True]


def test_plain_columns_are_left_as_they_are():
    table = pd.DataFrame(
        {"a": [1, 2], "b": ["x", None], "c": [True, None], "d": [Decimal(1), None], "e": ["x", 1]}
    )
    pd.testing.assert_frame_equal(plain_values(table), table)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ([Decimal("1.5"), None, Decimal("NaN")], [1.5, None, None]),
        ([2**53 + 1, None], [2**53 + 1, None]),
        ([Decimal(10) ** 20 + 1, None], [str(10**20 + 1), None]),
        ([Decimal(10) ** 20 / 3, Decimal(1)], [float(10**20 / 3), 1.0]),
        ([Decimal("Infinity"), Decimal(1)], [float("inf"), 1.0]),
    ],
)
def test_numbers_of_a_database_keep_their_digits(given, read):
    numbers = with_numbers(pd.DataFrame({"x": pd.Series(given, dtype=object)}))["x"]
    assert [None if pd.isna(value) else value for value in numbers] == read
