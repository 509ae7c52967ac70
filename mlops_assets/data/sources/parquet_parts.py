"""Read Parquet in parts: a file, or the files of a folder one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow.dataset as ds

BUFFER_BYTES = 1 << 20


class ParquetFiles(NamedTuple):
    """The files at a path or URL, in the order in which pandas reads them."""

    found: ds.FileSystemDataset

    @classmethod
    def at(cls, where: Path | str) -> Self:
        """The files at `where`. Raises like pyarrow if there is none that can be read."""
        import pyarrow.dataset as ds
        from fsspec.core import url_to_fs

        if isinstance(where, Path):
            return cls(ds.dataset(where, format="parquet", partitioning="hive"))
        files, path = url_to_fs(where)
        return cls(ds.dataset(path, format="parquet", filesystem=files, partitioning="hive"))

    @property
    def alike(self) -> bool:
        """Whether each file has all columns; else names of folders give some, or one lacks some."""
        names = {*self.names}
        return all({*it.physical_schema.names} == names for it in self.found.get_fragments())

    @property
    def rows(self) -> int:
        """The number of rows, which the files say at their ends."""
        return self.found.count_rows()

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return self.found.schema.names

    def parts(self, rows: int) -> Iterator[pd.DataFrame]:
        """All rows, at most that many at a time."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = self.found.schema
        for path in self.found.files:
            # By default pyarrow holds a whole row group, compressed, while it is decoded.
            how = {"pre_buffer": False, "buffer_size": BUFFER_BYTES}
            with (
                self.found.filesystem.open_input_file(path) as opened,
                pq.ParquetFile(opened, **how) as file,
            ):
                # One iterator per row group, because one over several keeps what it has read.
                for group in range(file.num_row_groups):
                    for batch in file.iter_batches(rows, [group]):
                        table = pa.Table.from_batches([batch]).select(schema.names)
                        yield table.cast(schema).to_pandas()
