"""Rows of a source in batches of a given size, in the types that they have as a whole.

A source gives its training rows, or a day, in parts (`read_parts`, `read_day_parts`). What is one
part stays in memory. Of a larger table each part is put into a temporary file, because the last one
may say what the first is: 1 is a float if another value is missing. Once all are there, they are
read again in their common types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_assets.data.column_types import ColumnTypes, TypesDifferError
from mlops_assets.data.sources.base import SourceSpec, require_rows
from mlops_assets.errors import logger
from mlops_assets.features.dates import is_typed
from mlops_assets.platform.table_content import numbered
from mlops_assets.platform.temporary import TemporaryPath

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    from mlops_assets.platform.settings import Settings

LOG = logger(__name__)


class TableParts:
    """Rows that can be read several times; one batch if they fit into memory."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._table = table
        self.types: Mapping[str, pa.DataType] = {}

    @property
    def first(self) -> pd.DataFrame:
        """The columns, without rows."""
        return self._table.head(0)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self._table)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._table.columns)

    def batches(self) -> Iterator[pd.DataFrame]:
        """All rows, at least one batch, numbered through."""
        yield self._table

    def frame(self, columns: Sequence[str]) -> pd.DataFrame:
        """All rows with these columns, in memory."""
        return self._table[[*columns]]


class ChosenParts(TableParts):
    """Some rows of `parts`: those where `chosen` (rows,) is true."""

    def __init__(self, parts: TableParts, chosen: np.ndarray) -> None:
        super().__init__(parts.first)
        self._parts, self._chosen, self.types = parts, chosen, parts.types

    @property
    def rows(self) -> int:
        """The number of rows."""
        return int(self._chosen.sum())

    def batches(self) -> Iterator[pd.DataFrame]:
        """The chosen rows of each batch, numbered through."""
        seen = start = 0
        for batch in self._parts.batches():
            rows = batch[self._chosen[seen : seen + len(batch)]]
            seen += len(batch)
            if len(rows):
                yield numbered(rows.reset_index(drop=True), start)
                start += len(rows)

    def frame(self, columns: Sequence[str]) -> pd.DataFrame:
        """All chosen rows with these columns, in memory."""
        return self._parts.frame(columns)[self._chosen].reset_index(drop=True)


class PartsOnDisk(TableParts):
    """The same of several parts, in files of a temporary folder."""

    def __init__(self, first: pd.DataFrame, rows: int) -> None:
        super().__init__(first.head(0))
        self._folder = TemporaryPath.folder()
        self._paths: list[Path] = []
        self._batch_rows, self._seen, self._count = rows, ColumnTypes(), 0
        self._dtypes: dict[str, Any] = {}
        self.add(first)

    def add(self, part: pd.DataFrame) -> None:
        """Keep a part, unless it is empty. Raises `TypesDifferError` if its values are mixed."""
        import pyarrow as pa
        from pyarrow import feather

        if self._paths and not len(part):
            return
        self._seen.add(part)
        path = self._folder.path / f"{len(self._paths)}.feather"
        try:
            feather.write_feather(pa.Table.from_pandas(part), path, compression="lz4")
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise TypesDifferError(str(error)) from error
        self._paths.append(path)
        self._count += len(part)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self._count

    def complete(self, dates: Sequence[str]) -> TableParts:
        """All parts have come: the rows in batches, or as a whole if the `dates` are text.

        How dates are written is decided by all of them. Raises `TypesDifferError`.
        """
        self._dtypes, self.types = self._seen.agreed(), self._seen.in_file()
        undecided = [it for it in dates if it in self._dtypes and not self._is_date(it)]
        if not undecided:
            return self
        LOG.warning(
            "The rows are read as a whole, because the dates in %s are text: a `date_format` under "
            "the source in defs.yaml lets them be read in batches",
            undecided,
        )
        return TableParts(self.frame([*self._dtypes]))

    def batches(self) -> Iterator[pd.DataFrame]:
        """All rows in batches of the given size, the last one of what is left."""
        import pandas as pd

        held, start = [], 0
        for part in self._read():
            held.append(part)
            while sum(map(len, held)) >= self._batch_rows:
                table = pd.concat(held, ignore_index=True)
                yield numbered(table.iloc[: self._batch_rows], start)
                start += self._batch_rows
                held = [table.iloc[self._batch_rows :]]
        rest = pd.concat(held, ignore_index=True)
        if len(rest) or not start:
            yield numbered(rest, start)

    def frame(self, columns: Sequence[str]) -> pd.DataFrame:
        """All rows with these columns, in memory."""
        import pandas as pd

        return pd.concat(self._read(columns), ignore_index=True)

    def _is_date(self, name: str) -> bool:
        import pandas as pd
        import pyarrow as pa

        typed = is_typed(pd.Series(dtype=self._dtypes[name]))
        return typed or self.types.get(name) == pa.date32()

    def _read(self, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        from pyarrow import feather

        names = [*self._dtypes] if columns is None else [*columns]
        dtypes = {name: self._dtypes[name] for name in names}
        for path in self._paths:
            yield feather.read_feather(path, names, memory_map=False)[names].astype(dtypes)


def read_day_parts(
    source: SourceSpec,
    settings: Settings,
    day: date,
    timestamp: str | None,
    zone: str,
    dates: Sequence[str] = (),
) -> TableParts:
    """Read one day of a source; raises like `read_day`.

    Dates in text decide together how they are written, so that a day with columns of `dates` that
    are text is one batch. A day whose parts have no common types is read as a whole.
    """
    given = settings, day, timestamp, zone
    return _together(
        source.read_day_parts(*given, settings.batch_rows),
        lambda: source.read_day(*given),
        settings.batch_rows,
        dates,
        source.origin,
    )


def read_table_parts(
    source: SourceSpec, settings: Settings, until: date, dates: Sequence[str] = ()
) -> TableParts:
    """Read the rows of a source as of the end of a day; raises like `SourceSpec.read`.

    With `dates` like `read_day_parts`.
    """
    found = _together(
        source.read_parts(settings, until=until, rows=settings.batch_rows),
        lambda: source.read(settings, until=until),
        settings.batch_rows,
        dates,
        source.origin,
    )
    if not found.rows:
        require_rows(found.frame(found.columns), source.origin)
    return found


def _together(
    parts: Iterator[pd.DataFrame],
    as_a_whole: Callable[[], pd.DataFrame],
    rows: int,
    dates: Sequence[str],
    origin: str,
) -> TableParts:
    """The rows of `parts` in batches of that many; as a whole if the parts cannot be put together.

    A failure in a late part leaves no file: they are gone with the last reference to them.
    """
    first, second = next(parts), next(parts, None)
    if second is None:
        return TableParts(first)
    try:
        kept = PartsOnDisk(first, rows)
        kept.add(second)
        for part in parts:
            kept.add(part)
        return kept.complete(dates)
    except TypesDifferError as error:
        LOG.warning("%s is read as a whole: %s", origin, error)
        return TableParts(as_a_whole())
