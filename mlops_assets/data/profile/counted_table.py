"""Go through a table once: exact counts of all rows, and evenly spaced rows to draw and rank."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Self

from mlops_assets.data.personal_data import NOTHING_PERSONAL, PersonalData, is_shared
from mlops_assets.data.profile import column_stats
from mlops_assets.data.profile.distinct import Distinct
from mlops_assets.data.profile.repeated_rows import RepeatedRows
from mlops_assets.features.columns import Columns
from mlops_assets.features.row_hash import row_hashes
from mlops_assets.platform.table_content import Content, InMemory

if TYPE_CHECKING:
    import pandas as pd

PROFILED_ROWS = 200_000
"""What is drawn and ranked, such as outliers, is of at most so many rows."""


class SpacedRows:
    """Every n-th of `rows` rows, at most `PROFILED_ROWS`; all rows if they are no more."""

    def __init__(self, rows: int) -> None:
        self._step, self._seen = -(-rows // PROFILED_ROWS) or 1, 0
        self._kept: list[pd.DataFrame] = []

    def add(self, batch: pd.DataFrame) -> None:
        """Keep the chosen rows of the next batch."""
        first = -self._seen % self._step
        # Copied, because a view would keep the whole batch in memory.
        self._kept.append(batch if self._step == 1 else batch.iloc[first :: self._step].copy())
        self._seen += len(batch)

    def rows(self) -> pd.DataFrame:
        """The rows kept so far; those of a single batch are not copied."""
        import pandas as pd

        if len(self._kept) > 1:
            self._kept = [pd.concat(self._kept)]
        return self._kept[0]


class ColumnCounts:
    """The range, mean, gaps and distinct values of a column. Mean and range are of numbers."""

    def __init__(self, name: str) -> None:
        self.name, self.rows, self.gaps, self.distinct = name, 0, 0, Distinct()
        self.mean: Any = None
        self.low: Any = None
        self.high: Any = None
        self._dtypes = set[str]()

    def add(self, values: pd.Series) -> None:
        """Count the values of further rows."""
        gaps = column_stats.missing(values)
        known = values[~gaps]
        before = self.rows - self.gaps
        self.rows, self.gaps = self.rows + len(values), self.gaps + int(gaps.sum())
        self.distinct.add(row_hashes([known], len(known), exact=True))
        self._dtypes.add(str(values.dtype))
        if not len(known) or is_words(known):
            return
        low, mean, high = known.min(), known.mean(), known.max()
        if before:
            low, high = min(low, self.low), max(high, self.high)
            mean = self.mean + (mean - self.mean) * (len(known) / (before + len(known)))
        self.low, self.mean, self.high = low, mean, high

    @property
    def dtype(self) -> str:
        """The dtype of the values; that of flags with gaps is different in batches without any."""
        return min(self._dtypes) if len(self._dtypes) == 1 else "object"

    @property
    def missing_share(self) -> float:
        """The share of missing values, 0 to 1."""
        return self.gaps / self.rows if self.rows else 0.0


class CountedTable:
    """A table of which each batch was added once; it is made with the number of all its rows."""

    def __init__(self, rows: int, columns: Columns, target: str | None) -> None:
        self.columns, self.target, self.rows = columns, target, 0
        self._spaced, self._repeated = SpacedRows(rows), RepeatedRows()
        self.column_counts: list[ColumnCounts] = []
        self._missing: Counter[str] = Counter()

    @classmethod
    def of(cls, content: Content, columns: Columns, target: str | None) -> Self:
        """The counts of a content, which is read once."""
        counted = cls(content.rows, columns, target)
        for batch in content.batches():
            counted.add(batch)
        return counted

    @classmethod
    def of_frame(cls, table: pd.DataFrame, columns: Columns, target: str | None) -> Self:
        """The same of a table in memory."""
        return cls.of(InMemory(table), columns, target)

    def add(self, batch: pd.DataFrame) -> None:
        """Count further rows."""
        self.column_counts = self.column_counts or [ColumnCounts(str(name)) for name in batch]
        self.rows += len(batch)
        self._spaced.add(batch)
        for position, counts in enumerate(self.column_counts):
            counts.add(batch.iloc[:, position])
        for name, role in self.columns.roles():
            if name in batch:
                self._missing[name] += int(column_stats.missing(batch[name], role).sum())
        named = [*self.columns.names, *([self.target] if self.target else [])]
        self._repeated.add(batch, [name for name in named if name in batch])

    @property
    def spaced(self) -> pd.DataFrame:
        """Evenly spaced rows: all of them, up to `PROFILED_ROWS`."""
        return self._spaced.rows()

    @property
    def is_whole(self) -> bool:
        """Whether `spaced` has all rows."""
        return self.rows <= PROFILED_ROWS

    @property
    def missing_shares(self) -> pd.Series:
        """Share of missing values, 0 to 1, of each of the columns that exists."""
        import pandas as pd

        shares = {name: count / max(self.rows, 1) for name, count in self._missing.items()}
        return pd.Series(shares, dtype="float64")

    @property
    def duplicate_rate(self) -> float:
        """The share of rows that repeat an earlier one in all features and the target."""
        return self._repeated.count() / self.rows if self.rows else 0.0


def column_table(
    counted: CountedTable, *, personal: PersonalData = NOTHING_PERSONAL
) -> pd.DataFrame:
    """One row per column: name, dtype, missing %, distinct, min, mean, max, top value.

    `distinct` counts values that are not missing: exact up to 131,072, within about 1 % beyond.
    min, mean and max are for numbers, booleans and dates. The top value is the most frequent label
    or text of the spaced rows, if at least `SHARED_BY` of them have it, because a rarer one could
    identify a person. No `personal` values are shown.
    """
    import pandas as pd

    spaced = counted.spaced
    return pd.DataFrame(
        [
            _column_row(counts, spaced.iloc[:, place], masked=counts.name in personal)
            for place, counts in enumerate(counted.column_counts)
        ]
    )


def _column_row(counts: ColumnCounts, spaced: pd.Series, *, masked: bool) -> dict[str, object]:
    spread = {"min": counts.low, "mean": counts.mean, "max": counts.high}
    shown = {name: "" if masked else _shown(value) for name, value in spread.items()}
    return {
        "name": counts.name,
        "dtype": counts.dtype,
        "missing %": round(100 * counts.missing_share, 2),
        "distinct": counts.distinct.count,
        **shown,
        "top value": "" if masked else _top(spaced),
    }


def is_words(values: pd.Series) -> bool:
    """Whether values are labels or text, without a mean."""
    from pandas.api import types

    return not (types.is_numeric_dtype(values) or types.is_datetime64_any_dtype(values))


def _top(values: pd.Series) -> str:
    if not is_words(values):
        return ""
    counts = values[~column_stats.missing(values)].astype(str).value_counts()
    return str(counts.index[0])[:40] if len(counts) and is_shared(counts.iloc[0]) else ""


def _shown(value: Any) -> str:
    import pandas as pd

    if value is None or pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.isoformat(sep=" ", timespec="seconds")
    return f"{float(value):.6g}"
