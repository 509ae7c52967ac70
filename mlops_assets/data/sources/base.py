"""The base class of data sources: a description of where rows come from, and how to read them."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from mlops_assets.data.sources.label_columns import (
    LabelColumns,
    MissingWords,
    without_words,
    words_of,
)
from mlops_assets.data.sources.plain_values import plain_values
from mlops_assets.data.sources.source_dates import DateFormat, dated, without_days
from mlops_assets.errors import InputError, UnreadableDataError
from mlops_assets.features.columns import require_columns, to_categorical
from mlops_assets.features.dates import is_typed, local_times, to_times
from mlops_assets.features.plain_columns import plain_columns

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings


class SourceSpec(BaseModel, ABC):
    """A data source. A subclass adds `type: Literal["…"]`, its fields, and `load`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Any
    date_format: dict[str, DateFormat] = Field(
        default_factory=dict,
        description="How dates are written, for columns of text: a format of strftime by column, "
        'such as {joined: "%d/%m/%Y"}, or ISO8601. Default: the one format that fits all values; '
        "it is an error if several do.",
    )
    missing_dates: list[date] = Field(
        default_factory=list,
        description="Days that mean that there is no date, such as 9999-12-31. They count as "
        "missing in every column of times, and of text with a `date_format`.",
    )
    missing: MissingWords = Field(
        None,
        description="Words that mean missing, for all columns or by column. Default: those of "
        "pandas, such as NA, NaN, null and None; in a target with classes none, since each word "
        "may be a class.",
    )
    _labels: LabelColumns = PrivateAttr(default_factory=LabelColumns)

    def with_labels(self, labels: LabelColumns) -> Self:
        """The same source, which reads these columns as labels."""
        copy = self.model_copy()
        copy._labels = labels
        return copy

    def missing_words(self, name: str) -> frozenset[str]:
        """The words that mean missing in the column `name`."""
        return words_of(name, self.missing, self._labels)

    @property
    @abstractmethod
    def origin(self) -> str:
        """Where the rows come from, for messages, without passwords or keys."""

    @abstractmethod
    def load(self, settings: Settings) -> pd.DataFrame:
        """The table as the source provides it."""

    def load_until(self, settings: Settings, day: date) -> pd.DataFrame:
        """The table as of the end of `day`; sources without a history ignore `day`."""
        return self.load(settings)

    def load_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str
    ) -> pd.DataFrame:
        """The rows of one day, by `timestamp`."""
        return rows_of_day(self._plain(self.load(settings)), day, timestamp, self.origin, zone)

    def load_parts(self, settings: Settings, rows: int) -> Iterator[pd.DataFrame]:
        """The table of `load` in parts of about as many `rows`; by default one part.

        Each part is typed by itself: what types a whole table would have is for the caller.
        """
        yield self.load(settings)

    def load_until_parts(self, settings: Settings, day: date, rows: int) -> Iterator[pd.DataFrame]:
        """The table of `load_until` in parts; by default one part."""
        yield self.load_until(settings, day)

    def load_day_parts(
        self, settings: Settings, day: date, timestamp: str | None, zone: str, rows: int
    ) -> Iterator[pd.DataFrame]:
        """The rows of `load_day` in parts; by default one part."""
        yield self.load_day(settings, day, timestamp, zone)

    def _day_of_parts(
        self,
        parts: Iterator[pd.DataFrame],
        settings: Settings,
        day: date,
        timestamp: str | None,
        zone: str,
    ) -> Iterator[pd.DataFrame]:
        """The rows of one day in `parts` of the table; as a whole if their times are text.

        How the times of a column are written is decided by all of its rows.
        """
        first, further = self._plain(next(parts)), next(parts, None)
        if further is not None and not (timestamp in first and is_typed(first[timestamp])):
            yield self.load_day(settings, day, timestamp, zone)
            return
        yield rows_of_day(first, day, timestamp, self.origin, zone)
        while further is not None:
            yield rows_of_day(self._plain(further), day, timestamp, self.origin, zone)
            further = next(parts, None)

    def load_rows(self, settings: Settings, column: str, values: Collection[str]) -> pd.DataFrame:
        """The rows whose `column`, as text, is one of `values`."""
        return self._rows_by_value(self.load(settings), column, values)

    def _rows_by_value(
        self, table: pd.DataFrame, column: str, values: Collection[str]
    ) -> pd.DataFrame:
        table = self._plain(table)
        require_columns(table, [column])
        return table[to_categorical(table[column]).isin(values)]

    @property
    def row_identity(self) -> list[str]:
        """The columns that identify a row of this source, if they are not the model's."""
        return []

    def tidy(self, settings: Settings) -> None:
        """What to do once before a day is read; by default nothing."""

    def of_day(self, settings: Settings, day: date, zone: str) -> SourceSpec:
        """The source that has the rows of a day: this one, unless another stands in for it."""
        return self

    def knows_days(self, timestamp: str | None) -> bool:
        """Whether `load_day` can select a single day."""
        return timestamp is not None

    def content_mark(self, settings: Settings, timestamp: str | None, target: str | None) -> str:
        """A text that changes once `read` may give other rows, told without reading them.

        Empty if that cannot be told, as of a URL without `sha256`, a query or a function.
        """
        return ""

    def _mark(self, *facts: object) -> str:
        """A mark of this description and of what was found behind it."""
        return hashlib.sha256(repr((self.model_dump_json(), facts)).encode()).hexdigest()[:16]

    def read(self, settings: Settings, *, until: date | None = None) -> pd.DataFrame:
        """Read the table: at least one row, unique column names as text, rows numbered from 0.

        Named index levels become columns. Raises `InputError` if the source cannot be read.
        """
        table = self.load_until(settings, until) if until else self.load(settings)
        table = self._plain(table)
        require_columns(table, list(self.date_format))
        require_rows(table, self.origin)
        return table

    def read_parts(self, settings: Settings, *, until: date, rows: int) -> Iterator[pd.DataFrame]:
        """Read the table in parts of about as many `rows`, at least one, each in the same form.

        What types a column has in one part, it need not have in another: see `data/table_parts.py`.
        """
        for part in self.load_until_parts(settings, until, rows):
            plain = self._plain(part)
            require_columns(plain, list(self.date_format))
            yield plain

    def read_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str = "UTC"
    ) -> pd.DataFrame:
        """Read one day's table in the same form; it may be empty. Raises `InputError`.

        `zone` is the time zone of the day, for timestamps with a time zone or an offset.
        """
        return self._plain(self.load_day(settings, day, timestamp, zone))

    def read_day_parts(
        self, settings: Settings, day: date, timestamp: str | None, zone: str, rows: int
    ) -> Iterator[pd.DataFrame]:
        """Read one day in parts of about as many `rows`, at least one, each in the same form.

        What types a column has in one part, it need not have in another: see `data/table_parts.py`.
        """
        for part in self.load_day_parts(settings, day, timestamp, zone, rows):
            yield self._plain(part)

    def read_current(self, settings: Settings) -> pd.DataFrame:
        """Read the current table in the same form; it may be empty."""
        return self._plain(self.load(settings))

    def read_rows(self, settings: Settings, column: str, values: Collection[str]) -> pd.DataFrame:
        """Read the rows whose `column` is one of `values`, in the same form; may be empty."""
        return self._plain(self.load_rows(settings, column, values))

    def read_through(
        self, settings: Settings, day: date, timestamp: str | None, zone: str = "UTC"
    ) -> pd.DataFrame:
        """Read all rows that existed at the end of `day`; without a `timestamp`, all current rows.

        A row with a missing time is included.
        """
        import pandas as pd

        table = self._plain(self.load_until(settings, day))
        if timestamp is None:
            return table
        require_columns(table, [timestamp])
        table = table.assign(**{timestamp: to_times(table[timestamp])})
        days = local_times(table[timestamp], zone).dt.normalize()
        return table[days.isna() | (days <= pd.Timestamp(day))].reset_index(drop=True)

    def _plain(self, table: pd.DataFrame) -> pd.DataFrame:
        """`table` in the form that every source gives, with nothing where a word means missing."""
        table = plain_table(table, self.origin, self._labels)
        words = {name: self.missing_words(name) for name in table}
        table = table.assign(**{name: without_words(table[name], words[name]) for name in table})
        return without_days(dated(table, self.date_format, self.origin), self.missing_dates)


def rows_of_day(
    table: pd.DataFrame, day: date, timestamp: str | None, origin: str, zone: str
) -> pd.DataFrame:
    """The rows whose `timestamp` is in `day`, with typed times. Raises `InputError` without one.

    Times with a time zone or an offset are converted to `zone`; others are assumed to be in it.
    """
    import pandas as pd

    if timestamp is None:
        raise InputError(
            seen=f"{origin} cannot be read by day: `timestamp` is not set",
            expected="a way to select the rows of a single day",
            todo="name the column with the time in `timestamp`, write {day} in the path or :day in "
            "the query, or set another source under `live: {source: …}`",
        )
    require_columns(table, [timestamp])
    # Typed here, because the rows of one day alone may not decide how the times are written.
    table = table.assign(**{timestamp: to_times(table[timestamp])})
    return table[local_times(table[timestamp], zone).dt.normalize() == pd.Timestamp(day)]


def plain_table(
    table: pd.DataFrame, origin: str, labels: LabelColumns | None = None
) -> pd.DataFrame:
    """`table` with named index levels as columns, column names as text, and plain values.

    Numbers in `labels` stay exact (see `plain_columns`).
    """
    named = [level for level, name in enumerate(table.index.names) if name is not None]
    names = [str(table.index.names[level]) for level in named] + list(map(str, table.columns))
    require_different(names, origin)
    # The columns are renamed first, because pandas rejects an index level named like a column.
    table = table.set_axis(names[len(named) :], axis="columns")
    table = table.reset_index(named).reset_index(drop=True).set_axis(names, axis="columns")
    return plain_values(plain_columns(table, labels or LabelColumns()))


def require_rows(table: pd.DataFrame, origin: str) -> None:
    """Raise `InputError` if a table is empty."""
    if table.empty:
        raise InputError(
            seen=f"{origin} has no rows; its columns are {list(table.columns)}",
            expected="at least one row",
            todo="check that the source has been filled",
        )


def require_different(names: Iterable[str], origin: str) -> None:
    """Raise `InputError` if two columns have the same name."""
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise UnreadableDataError(
            seen=f"{origin} has more than one column named {twice}",
            expected="unique column names",
            todo="rename or remove the duplicate columns",
        )
