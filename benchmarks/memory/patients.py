"""Write simulated patients: `python -m benchmarks.memory.patients PATH ROWS`."""

import sys
from datetime import date

from benchmarks.loop.child import answer
from mlops_assets.simulators.heart_disease import simulate

BLOCK_ROWS = 250_000


def main() -> None:
    """A row group of patients after the other, each with ids of its own."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path, rows, file = sys.argv[1], int(sys.argv[2]), None
    for start in range(0, rows, BLOCK_ROWS):
        block = simulate(min(BLOCK_ROWS, rows - start), seed=start, day=date(2026, 1, 5))
        part = pa.Table.from_pandas(block, preserve_index=False)
        file = file or pq.ParquetWriter(path, part.schema)
        file.write_table(part)
    if file:
        file.close()
    answer(rows=rows)


if __name__ == "__main__":
    main()
