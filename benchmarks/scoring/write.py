"""Write a day of simulated patients: `python -m benchmarks.scoring.write PATH ROWS`."""

import sys
from datetime import date

from benchmarks.loop.child import answer
from mlops_assets.simulators.heart_disease import simulate

BLOCK_ROWS = 1_000_000


def main() -> None:
    """A block of patients after the other, each with ids of its own."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path, rows = sys.argv[1], int(sys.argv[2])
    writer = None
    for start in range(0, rows, BLOCK_ROWS):
        block = simulate(min(BLOCK_ROWS, rows - start), seed=start, day=date(2026, 1, 5))
        # Its labels have not come yet.
        patients = pa.Table.from_pandas(block.drop(columns="target"), preserve_index=False)
        writer = writer or pq.ParquetWriter(path, patients.schema)
        writer.write_table(patients)
    if writer:
        writer.close()
    answer(rows=rows)


if __name__ == "__main__":
    main()
