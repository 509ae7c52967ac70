"""Write a table record batch by batch into a temporary file, for tables larger than memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from mlops_assets.platform.lake_formats import COMPRESSION, FACTS, as_arrow, without_table
from mlops_assets.platform.table_content import SHOWN_ROWS, TableFile
from mlops_assets.platform.table_record import TableRecord
from mlops_assets.platform.temporary import TemporaryPath

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

Recorded = TypeVar("Recorded", bound=TableRecord)


class TableWriter:
    """Batches of rows, each a row group; all have the columns and types of the first.

    `types` are those of columns that the first batch may not show, since it has no value in them.
    The file is gone as soon as nobody refers to it: a record that is not finished leaves nothing.
    """

    def __init__(self, types: Mapping[str, pa.DataType] | None = None) -> None:
        self._types = types or {}
        self._holder = TemporaryPath.file(".parquet")
        self._writer: pq.ParquetWriter | None = None
        self._first: pd.DataFrame | None = None

    def write(self, batch: pd.DataFrame) -> None:
        """Add rows; their index is not kept if it numbers them."""
        writer = self._writer
        rows = as_arrow(batch, writer.schema if writer else None)
        if writer is None:
            self._first, rows = batch.head(SHOWN_ROWS).copy(), _typed(rows, self._types)
        writer = self._writer = self._writer or self._opened(rows.schema)
        writer.write_table(rows, row_group_size=max(len(batch), 1))

    def _opened(self, schema: pa.Schema) -> pq.ParquetWriter:
        import pyarrow.parquet as pq

        return pq.ParquetWriter(self._holder.path, schema, compression=COMPRESSION)

    def finish(self, type_: type[Recorded], **facts: Any) -> Recorded:
        """The record of the rows written so far, at least one batch, and of these facts."""
        if self._writer is None:
            raise ValueError("no batch was written")
        content = TableFile(self._holder.path, self._holder, self._first)
        record = type_.model_validate({**facts, "table": content})
        self._writer.add_key_value_metadata({FACTS: without_table(record)})
        self._writer.close()
        return record


def _typed(rows: pa.Table, types: Mapping[str, pa.DataType]) -> pa.Table:
    """The rows in these types, where one is given."""
    import pyarrow as pa

    fields = [field.with_type(types.get(field.name, field.type)) for field in rows.schema]
    return rows.cast(pa.schema(fields, rows.schema.metadata))
