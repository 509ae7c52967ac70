"""Read rows from Parquet: a file, a folder of files, or an fsspec URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import model_validator

from mlops_assets.data.sources.base import require_different
from mlops_assets.data.sources.checksum import is_url
from mlops_assets.data.sources.files import FileSource
from mlops_assets.data.sources.parquet_parts import ParquetFiles
from mlops_assets.errors import InputError, UnreadableDataError

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings


class ParquetSource(FileSource):
    """A Parquet file or folder; `path` may also be an fsspec URL such as s3://bucket/key."""

    type: Literal["parquet"] = "parquet"

    @model_validator(mode="after")
    def _hash_needs_a_file(self) -> ParquetSource:
        if self.sha256 and self._is_remote:
            raise InputError(
                seen=f"`sha256` for {self.origin}",
                expected="`sha256` only for a file on this machine or an http(s) URL",
                todo="remove `sha256`, or set the path of a local copy of the file",
            )
        return self

    @property
    def _is_remote(self) -> bool:
        return is_url(self.path) and not self.path.startswith(("http://", "https://"))

    def load(self, settings: Settings) -> pd.DataFrame:
        """The whole table; the files of a folder are concatenated."""
        import pandas as pd
        import pyarrow.parquet as pq

        where = self._where(settings)
        with self._explained(where):
            if isinstance(where, Path) and where.is_file():
                names = pq.read_schema(where).names
                require_different(names, self.origin)
            return pd.read_parquet(where)

    def load_parts(self, settings: Settings, rows: int) -> Iterator[pd.DataFrame]:
        """The table in parts, if it has more than that many rows; row group after row group.

        A folder is one part if its files differ, or if their names give columns (`year=2026/…`).
        """
        where = self._where(settings)
        with self._explained(where):
            files = ParquetFiles.at(where)
            if files.rows <= rows or not files.alike:
                yield self.load(settings)
                return
            require_different(files.names, self.origin)
            yield from files.parts(rows)

    def _where(self, settings: Settings) -> Path | str:
        return self.path if self._is_remote else self.local_path(settings)

    @contextmanager
    def _explained(self, where: Path | str) -> Iterator[None]:
        """Raise `InputError` for what goes wrong with the file or its driver."""
        import pyarrow as pa

        try:
            yield
        except InputError:
            raise
        # ImportError: no driver for this URL scheme; ValueError: unknown scheme.
        except (pa.ArrowException, OSError, ImportError, ValueError) as error:
            damaged = isinstance(where, Path) and not isinstance(error, PermissionError)
            raise (UnreadableDataError if damaged else InputError)(
                seen=f"{self.origin} could not be read: {str(error).splitlines()[0]}",
                expected="Parquet that can be opened from here",
                todo="correct `path` in defs.yaml, or install the driver (s3fs for s3://) and "
                "check its credentials",
            ) from error
