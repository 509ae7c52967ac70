"""Write rows of 20 columns: `python -m benchmarks.memory.wide PATH ROWS FIRST_ID`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks.loop import wide
from benchmarks.loop.child import answer

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_ROWS = 1_000_000
LEFT_OUT = ("waiting_1", "share_1")
COLUMNS = wide.COLUMNS.without(LEFT_OUT)
"""13 numbers and 5 labels; with the id and the target, 20 columns."""


def block(rows: int, first: int) -> pa.Table:
    """Rows with the ids from `first`, and a target that `normal_0` and `skewed_0` decide."""
    import numpy as np
    import pyarrow as pa

    table = wide.features(rows, first).drop_columns([*LEFT_OUT])
    noise = np.random.default_rng([first, 2]).normal(size=rows)
    score = table["normal_0"].to_numpy() + table["skewed_0"].to_numpy() + noise
    table = table.append_column("row_id", pa.array(np.arange(first, first + rows)))
    return table.append_column("target", pa.array((score > 1.5).astype("int64")))


def main() -> None:
    """A row group of 1,000,000 rows after the other."""
    import pyarrow.parquet as pq

    path, rows, first, file = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), None
    for start in range(0, rows, BLOCK_ROWS):
        part = block(min(BLOCK_ROWS, rows - start), first + start)
        file = file or pq.ParquetWriter(path, part.schema)
        file.write_table(part)
    if file:
        file.close()
    answer(rows=rows)


if __name__ == "__main__":
    main()
