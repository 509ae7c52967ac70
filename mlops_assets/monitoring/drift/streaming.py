"""Profile a Parquet file in batches, with memory use independent of its number of rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.table_profile import TableProfile, build_profile, profile_day

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow.parquet as pq

BATCH_ROWS = 131_072
BUFFER_BYTES = 1 << 20
SAMPLE_ROWS = 200_000
SAMPLE_GROUPS = 16


def profile_parquet(
    path: Path | str, columns: Columns, *, like: TableProfile | None = None
) -> TableProfile:
    """The profile of all rows of a file, as a day if `like` is its reference.

    Without `like` it is a reference: edges and vocabulary come from at most 200,000 rows of
    16 row groups spread over the file, counts from all rows. Labels beyond the 1,000 most frequent
    of that sample are pooled. Raises `InputError` for a column that is missing or does not fit its
    role.
    """
    import pyarrow.parquet as pq

    # Labels stay dictionary codes: a string object per row would cost more than the counting.
    coded = [*columns.categorical, *columns.boolean]
    # By default pyarrow holds a whole row group, compressed, while it decodes the batches.
    with pq.ParquetFile(
        path, read_dictionary=coded, pre_buffer=False, buffer_size=BUFFER_BYTES
    ) as file:
        layout = like or build_profile(_sample(file, columns.names), columns)
        total: TableProfile | None = None
        for batch in _batches(file, columns.names):
            part = profile_day(layout, batch, held_out=like is None)
            total = total.merged(part) if total else part
    return total or layout


def _batches(
    file: pq.ParquetFile, names: list[str], groups: list[int] | None = None
) -> Iterator[pd.DataFrame]:
    kept = [name for name in names if name in file.schema_arrow.names]
    # One iterator per row group, because one over several keeps what it has read.
    for group in range(file.num_row_groups) if groups is None else groups:
        for batch in file.iter_batches(BATCH_ROWS, [group], kept, use_threads=False):
            yield batch.to_pandas()


def _sample(file: pq.ParquetFile, names: list[str]) -> pd.DataFrame:
    """Evenly spaced rows of evenly spaced row groups."""
    import numpy as np
    import pandas as pd

    count = file.num_row_groups
    groups = np.unique(np.linspace(0, count - 1, min(count, SAMPLE_GROUPS)).astype(int)).tolist()
    rows = sum(file.metadata.row_group(group).num_rows for group in groups)
    step = max(1, rows // SAMPLE_ROWS)
    # Copied, because a view would keep the whole batch in memory.
    return pd.concat([batch.iloc[::step].copy() for batch in _batches(file, names, groups)])
