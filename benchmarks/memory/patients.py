"""Write simulated patients: `python -m benchmarks.memory.patients PATH ROWS`."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

from benchmarks.loop.child import answer
from benchmarks.memory.blocks import write_blocks
from mlops_assets.simulators.heart_disease import simulate

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_ROWS = 250_000


def main() -> None:
    """A row group of patients after the other, each with ids of its own."""
    path, rows = sys.argv[1], int(sys.argv[2])
    starts = range(0, rows, BLOCK_ROWS)
    write_blocks(path, (block(min(BLOCK_ROWS, rows - start), start) for start in starts))
    answer(rows=rows)


def block(rows: int, first: int) -> pa.Table:
    """Patients of one day; `first` is their seed."""
    import pyarrow as pa

    table = simulate(rows, seed=first, day=date(2026, 1, 5))
    return pa.Table.from_pandas(table, preserve_index=False)


if __name__ == "__main__":
    main()
