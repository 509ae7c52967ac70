"""What no model knows how to take is read as text or numbers, whatever the source."""

from datetime import timedelta
from decimal import Decimal

import pandas as pd

from mlops_assets.data.sources.parquet import ParquetSource
from mlops_assets.data.sources.plain_values import plain_values


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
