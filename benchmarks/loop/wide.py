"""Tables of 15 numeric and 5 categorical columns, written to Parquet in bounded memory.

Run as `python -m benchmarks.loop.wide PATH ROWS reference|current`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.loop.child import answer
from mlops_assets.features.columns import Columns

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

COLUMNS = Columns(
    numeric=[
        *(f"normal_{at}" for at in range(5)),
        *(f"skewed_{at}" for at in range(4)),
        *(f"waiting_{at}" for at in range(2)),
        *(f"count_{at}" for at in range(2)),
        *(f"share_{at}" for at in range(2)),
    ],
    categorical=[f"label_{at}" for at in range(5)],
)
LABELS = (3, 8, 20, 50, 200)
MOVED = {"normal_1": 0.02, "normal_2": 0.1, "skewed_1": 0.2, "count_1": 0.1, "share_1": 0.05}
"""The shift of these columns in the current rows, in their units."""
BLOCK_ROWS = 1_000_000


def write(path: Path, rows: int, *, current: bool) -> None:
    """Write `rows` rows, current or of the reference, a row group of 1,000,000 at a time."""
    import pyarrow.parquet as pq

    writer = None
    for block in range(0, rows, BLOCK_ROWS):
        table = _block(min(BLOCK_ROWS, rows - block), block, current=current)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


def features(rows: int, block: int) -> pa.Table:
    """The rows of a block of the reference."""
    return _block(rows, block, current=False)


def _block(rows: int, block: int, *, current: bool) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng([block, current])
    moved = MOVED if current else {}
    table = {
        name: pa.array(_numbers(name, rows, rng) + moved.get(name, 0.0)) for name in COLUMNS.numeric
    }
    for name, count in zip(COLUMNS.categorical, LABELS, strict=True):
        # A few labels are frequent and most are rare, and in a day they are slightly more even.
        chances = np.arange(1, count + 1) ** (-0.95 if current else -1.0)
        codes = rng.choice(count, size=rows, p=chances / chances.sum())
        names = pa.array(f"{name} {at}" for at in range(count))
        table[name] = names.take(pa.array(codes))
    return pa.table(table)


def _numbers(name: str, rows: int, rng: np.random.Generator) -> np.ndarray:
    kind = name.split("_")[0]
    if kind == "normal":
        return rng.normal(size=rows)
    if kind == "skewed":
        return rng.lognormal(sigma=0.8, size=rows)
    if kind == "waiting":
        return rng.exponential(size=rows)
    if kind == "count":
        return rng.poisson(12, size=rows).astype("float64")
    return rng.beta(2, 5, size=rows)


if __name__ == "__main__":
    where, how_many, which = sys.argv[1:]
    write(Path(where), int(how_many), current=which == "current")
    answer()
