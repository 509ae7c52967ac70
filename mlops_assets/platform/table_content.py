"""The rows of a table record: one DataFrame, or a Parquet file that is read in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

BUFFER_BYTES = 1 << 20
SHOWN_ROWS = 10


class Content(Protocol):
    """Rows in batches. The indexes of the batches together are that of the whole table."""

    @property
    def rows(self) -> int:
        """The number of rows."""
        ...

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        ...

    @property
    def first(self) -> pd.DataFrame:
        """The first rows, at least one if there is any, with the dtypes of the columns."""
        ...

    @property
    def types(self) -> dict[str, pa.DataType]:
        """The types of the columns in a file; empty for rows in memory."""
        ...

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """All rows, at least one batch, in their order; all columns, or these."""
        ...

    def frame(self) -> pd.DataFrame:
        """The whole table in memory."""
        ...


class InMemory:
    """A DataFrame, which is one batch and is never copied."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._table = table
        self.types: dict[str, pa.DataType] = {}

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self._table)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._table.columns)

    @property
    def first(self) -> pd.DataFrame:
        """The first rows."""
        return self._table.head(SHOWN_ROWS)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """The table."""
        yield self._table if columns is None else self._table[[*columns]]

    def frame(self) -> pd.DataFrame:
        """The table."""
        return self._table


class TableFile:
    """A Parquet file of this machine; each of its row groups is a batch.

    `holder` is kept as long as the file is needed, such as the temporary file that it is. `first`
    are the first rows as they were written: text that is missing may be NaN, and is None when read.
    """

    def __init__(self, path: Path, holder: Any = None, first: pd.DataFrame | None = None) -> None:
        self.path, self._holder, self._first = path, holder, first

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self._metadata.num_rows

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self.first.columns.tolist()

    @property
    def first(self) -> pd.DataFrame:
        """The first rows."""
        if self._first is None:
            self._first = next(self.batches()).head(SHOWN_ROWS).copy()
        return self._first

    @property
    def types(self) -> dict[str, pa.DataType]:
        """The types of the columns."""
        schema = self._metadata.schema.to_arrow_schema()
        return dict(zip(schema.names, schema.types, strict=True))

    @cached_property
    def _metadata(self) -> pq.FileMetaData:
        import pyarrow.parquet as pq

        return pq.read_metadata(self.path)

    @property
    def facts(self) -> dict[bytes, bytes]:
        """What was written beside the rows, by key."""
        return self._metadata.metadata or {}

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """One row group after another; of a file without any, its columns."""
        import pyarrow.parquet as pq

        names, start = None if columns is None else [*columns], 0
        # By default pyarrow holds a whole row group, compressed, while it is decoded.
        with pq.ParquetFile(self.path, pre_buffer=False, buffer_size=BUFFER_BYTES) as file:
            for group in range(file.num_row_groups):
                batch = file.read_row_group(group, names).to_pandas()
                objects = {name: object for name in self._flags_with_gaps if name in batch}
                yield numbered(batch.astype(objects), start)
                start += len(batch)
            if not file.num_row_groups:
                yield file.read(names).to_pandas()

    @cached_property
    def _flags_with_gaps(self) -> list[str]:
        """Boolean columns that are objects as a whole, and in batches only where a gap is."""
        import pyarrow as pa

        flags, found = {name for name, type_ in self.types.items() if type_ == pa.bool_()}, set()
        groups = [self._metadata.row_group(it) for it in range(self._metadata.num_row_groups)]
        columns = [group.column(it) for group in groups for it in range(group.num_columns)]
        for column in columns if flags else []:
            if column.path_in_schema in flags and _has_gaps(column):
                found.add(column.path_in_schema)
        return sorted(found)

    def frame(self) -> pd.DataFrame:
        """The whole table, read once."""
        return self._frame

    @cached_property
    def _frame(self) -> pd.DataFrame:
        """Column by column: of a whole table, pyarrow holds a second copy while it converts it."""
        import pandas as pd

        if self._metadata.num_row_groups <= 1:
            return pd.read_parquet(self.path, engine="pyarrow")
        columns = {
            name: pd.read_parquet(self.path, engine="pyarrow", columns=[name])[name]
            for name in self.columns
        }
        return pd.DataFrame(columns, copy=False)


def _has_gaps(column: pq.ColumnChunkMetaData) -> bool:
    """Whether a value is missing; without statistics, there may be one."""
    counted = column.statistics
    return counted is None or not counted.has_null_count or counted.null_count > 0


def column_frame(content: Content, names: Sequence[str]) -> pd.DataFrame:
    """All rows of a content with these columns, in memory.

    Column by column: of all batches together, none would be free until the table is complete.
    """
    import pandas as pd

    if isinstance(content, InMemory) or not names:
        return (content.frame() if names else content.first)[[*names]]
    columns = {name: pd.concat([it[name] for it in content.batches([name])]) for name in names}
    return pd.DataFrame(columns, copy=False)


def numbered(batch: pd.DataFrame, start: int) -> pd.DataFrame:
    """A batch with the row numbers of the whole table, unless its rows have names of their own."""
    import pandas as pd

    if not isinstance(batch.index, pd.RangeIndex):
        return batch
    return batch.set_axis(pd.RangeIndex(start, start + len(batch)))
