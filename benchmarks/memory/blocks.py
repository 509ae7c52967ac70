"""Write a Parquet file one row group after the other, so that its rows need not fit into memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def write_blocks(path: str, blocks: Iterable[pa.Table]) -> None:
    """Write the tables, which have the same columns; no file if there is none."""
    import pyarrow.parquet as pq

    file = None
    for part in blocks:
        file = file or pq.ParquetWriter(path, part.schema)
        file.write_table(part)
    if file:
        file.close()
