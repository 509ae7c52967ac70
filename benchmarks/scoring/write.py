"""Write a day of simulated patients: `python -m benchmarks.scoring.write PATH LABELS ROWS`."""

import sys
from contextlib import ExitStack
from datetime import date

from benchmarks.loop.child import answer
from mlops_assets.simulators.heart_disease import simulate

BLOCK_ROWS = 1_000_000


def main() -> None:
    """A block of patients after the other, each with ids of its own."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    *paths, rows = *sys.argv[1:3], int(sys.argv[3])
    written: list[pq.ParquetWriter] = []
    with ExitStack() as files:
        for start in range(0, rows, BLOCK_ROWS):
            block = simulate(min(BLOCK_ROWS, rows - start), seed=start, day=date(2026, 1, 5))
            patients, known = block.drop(columns="target"), block[["patient_id", "target"]]
            parts = [pa.Table.from_pandas(it, preserve_index=False) for it in (patients, known)]
            for path, part in zip(paths, parts, strict=True):
                if not start:
                    written.append(files.enter_context(pq.ParquetWriter(path, part.schema)))
            for file, part in zip(written, parts, strict=True):
                file.write_table(part)
    answer(rows=rows)


if __name__ == "__main__":
    main()
