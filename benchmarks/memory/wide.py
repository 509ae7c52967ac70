"""Write rows of 20 columns: `python -m benchmarks.memory.wide PATH ROWS FIRST_ID`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks.loop import wide
from benchmarks.loop.child import answer
from benchmarks.memory.blocks import write_blocks

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
    path, rows, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    starts = range(0, rows, BLOCK_ROWS)
    write_blocks(path, (block(min(BLOCK_ROWS, rows - start), first + start) for start in starts))
    answer(rows=rows)


if __name__ == "__main__":
    main()
