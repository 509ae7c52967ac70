"""The rows of a content with further columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from mlops_assets.platform.table_content import Content


class WiderContent:
    """A content with the columns of `further`, which has the index of its rows and is in memory.

    A column that both have is that of `further`.
    """

    def __init__(self, content: Content, further: pd.DataFrame) -> None:
        self._content, self._further = content, further

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self._content.rows

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(dict.fromkeys([*self._content.columns, *self._further.columns]))

    @property
    def first(self) -> pd.DataFrame:
        """The first rows."""
        return self._wider(self._content.first)

    @property
    def types(self) -> dict[str, pa.DataType]:
        """The types of the columns that are in a file."""
        found = self._content.types
        return {name: type_ for name, type_ in found.items() if name not in self._further}

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """All rows in the batches of the content; all columns, or these."""
        names = self.columns if columns is None else [*columns]
        own = [name for name in self._content.columns if name in names]
        for batch in self._content.batches(own):
            yield self._wider(batch)[names]

    def frame(self) -> pd.DataFrame:
        """The whole table in memory."""
        return self._wider(self._content.frame())

    def _wider(self, batch: pd.DataFrame) -> pd.DataFrame:
        found = self._further.loc[batch.index]
        return batch.assign(**{str(name): found[name] for name in found})
