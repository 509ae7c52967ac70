"""What is counted of a table batch by batch is what pandas counts of it as a whole."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.profile import counted_table
from mlops_assets.data.profile.counted_table import CountedTable, column_table
from mlops_assets.data.profile.distinct import EXACT, Distinct
from mlops_assets.data.profile.profile import profile
from mlops_assets.features.columns import Columns
from mlops_assets.features.row_hash import row_hashes
from mlops_assets.platform.table_content import TableFile

ROWS = 997
COLUMNS = Columns(numeric=["n", "gaps"], categorical=["word"], boolean=["flag"], date=["day"])


def table() -> pd.DataFrame:
    row = np.arange(ROWS)
    return pd.DataFrame(
        {
            "n": (row * 7 % 101) / 3,
            "gaps": pd.Series(row % 50).where(row > 900),
            "word": [None if it % 10 == 0 else "abc"[it % 3] for it in row],
            "flag": pd.Series([None if it > 950 else bool(it % 2) for it in row], dtype=object),
            "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(row % 30, unit="D"),
            "y": row % 2,
        }
    )


@pytest.fixture
def both(tmp_path) -> tuple[CountedTable, CountedTable]:
    """The table in batches of 100 rows, and as a whole."""
    path = tmp_path / "t.parquet"
    table().to_parquet(path, row_group_size=100)
    made = CountedTable.of(TableFile(path), COLUMNS, "y")
    return made, CountedTable.of_frame(pd.read_parquet(path), COLUMNS, "y")


def test_batches_have_the_profile_of_the_whole(both):
    many, one = map(profile, both)
    assert many == pytest.approx(one, rel=1e-12)
    assert one["missing_rate"] == pytest.approx(
        table()[COLUMNS.names].isna().to_numpy().mean(), rel=1e-12
    )
    assert one["duplicate_rate"] == table().duplicated().mean()


def test_batches_have_the_columns_of_the_whole(both):
    many, one = map(column_table, both)
    pd.testing.assert_frame_equal(many, one)
    assert one.set_index("name").loc["n", "mean"] == f"{table()['n'].mean():.6g}"
    assert [*one["distinct"]] == [table()[name].nunique() for name in table()]


def test_of_a_large_table_evenly_spaced_rows_are_ranked(monkeypatch):
    monkeypatch.setattr(counted_table, "PROFILED_ROWS", 100)
    counted = CountedTable(ROWS, COLUMNS, "y")
    for start in range(0, ROWS, 64):
        counted.add(table()[start : start + 64])
    assert [*counted.spaced.index] == [*range(0, ROWS, 10)]
    assert not counted.is_whole
    assert profile(counted)["rows"] == ROWS


@pytest.mark.parametrize("values", [1_000, EXACT, 1_000_000])
def test_many_distinct_values_are_estimated(values):
    distinct = Distinct()
    for start in range(0, values, 100_000):
        numbers = pd.Series(range(start, min(start + 100_000, values)))
        for _ in range(2):
            distinct.add(row_hashes([numbers], len(numbers), exact=True))
    assert distinct.is_exact == (values <= EXACT)
    assert distinct.count == pytest.approx(values, rel=0 if distinct.is_exact else 0.015)
    assert str(distinct) == (f"{values}" if distinct.is_exact else f"about {distinct.count:,}")
