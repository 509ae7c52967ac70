"""A table in a file is the same, whether it is read as a whole or column by column."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlops_assets.platform.table_content import TableFile

ROWS = 10
TABLE = pd.DataFrame(
    {
        "whole": range(ROWS),
        "gaps": [None if it == 7 else it for it in range(ROWS)],
        "flag": [it % 2 == 0 for it in range(ROWS)],
        "flag_with_gaps": [None if it == 7 else it % 2 == 0 for it in range(ROWS)],
        "text": [None if it == 2 else f"word {it % 3}" for it in range(ROWS)],
        "day": pd.date_range("2026-01-01", periods=ROWS).astype("datetime64[us]"),
        "label": pd.Categorical(["abcd"[it % 4] for it in range(ROWS)]),
    }
)


def written(folder: Path, table: pd.DataFrame, rows_in_group: int) -> TableFile:
    path = folder / "table.parquet"
    pq.write_table(pa.Table.from_pandas(table), path, row_group_size=rows_in_group)
    return TableFile(path)


@pytest.mark.parametrize("rows_in_group", [1, 3, ROWS])
def test_it_is_what_pandas_reads(tmp_path, rows_in_group):
    found = written(tmp_path, TABLE, rows_in_group)
    pd.testing.assert_frame_equal(found.frame(), pd.read_parquet(found.path))


def test_its_rows_keep_their_names_and_can_be_changed(tmp_path):
    found = written(tmp_path, TABLE.set_index("text"), 3).frame()
    pd.testing.assert_frame_equal(found, TABLE.set_index("text"), check_dtype=False)
    found.loc[:, "whole"] = 1
    assert found["whole"].sum() == ROWS
