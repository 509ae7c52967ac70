"""The base class of data sources: a description of where rows come from, and how to read them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from mlops_assets.data.sources.plain_values import plain_values
from mlops_assets.errors import InputError
from mlops_assets.features.columns import require_columns, to_categorical, to_date

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings


class SourceSpec(BaseModel, ABC):
    """A data source. A subclass adds `type: Literal["…"]`, its fields, and `load`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Any

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
        return rows_of_day(self.load(settings), day, timestamp, self.origin, zone)

    def load_rows(self, settings: Settings, column: str, values: Collection[str]) -> pd.DataFrame:
        """The rows whose `column`, as text, is one of `values`."""
        return rows_by_value(self.load(settings), column, values, self.origin)

    def knows_days(self, timestamp: str | None) -> bool:
        """Whether `load_day` can select a single day."""
        return timestamp is not None

    def read(self, settings: Settings, *, until: date | None = None) -> pd.DataFrame:
        """Read the table: at least one row, unique column names as text, rows numbered from 0.

        Named index levels become columns. Raises `InputError` if the source cannot be read.
        """
        table = self.load_until(settings, until) if until else self.load(settings)
        table = plain_table(table, self.origin)
        require_rows(table, self.origin)
        return table

    def read_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str = "UTC"
    ) -> pd.DataFrame:
        """Read one day's table in the same form; it may be empty. Raises `InputError`.

        `zone` is the time zone of the day, for timestamps with a time zone.
        """
        return plain_table(self.load_day(settings, day, timestamp, zone), self.origin)

    def read_rows(self, settings: Settings, column: str, values: Collection[str]) -> pd.DataFrame:
        """Read the rows whose `column` is one of `values`, in the same form; may be empty."""
        return plain_table(self.load_rows(settings, column, values), self.origin)

    def read_through(
        self, settings: Settings, day: date, timestamp: str | None, zone: str = "UTC"
    ) -> pd.DataFrame:
        """Read all rows that existed at the end of `day`; without a `timestamp`, all current rows.

        A row with a missing time is included.
        """
        import pandas as pd

        table = plain_table(self.load_until(settings, day), self.origin)
        if timestamp is None:
            return table
        require_columns(table, [timestamp])
        days = local_times(table[timestamp], zone).dt.normalize()
        return table[days.isna() | (days <= pd.Timestamp(day))].reset_index(drop=True)


def rows_of_day(
    table: pd.DataFrame, day: date, timestamp: str | None, origin: str, zone: str
) -> pd.DataFrame:
    """The rows whose `timestamp` is in `day`. Raises `InputError` without such a column.

    Times with a time zone are converted to `zone`; those without one are assumed to be in it.
    """
    if timestamp is None:
        raise InputError(
            seen=f"{origin} cannot be read by day: `timestamp` is not set",
            expected="a way to select the rows of a single day",
            todo="name the column with the time in `timestamp`, write {day} in the path or :day in "
            "the query, or set another source under `live: {source: …}`",
        )
    require_columns(table, [timestamp])
    return table[local_times(table[timestamp], zone).dt.date == day]


def rows_by_value(
    table: pd.DataFrame, column: str, values: Collection[str], origin: str
) -> pd.DataFrame:
    """The rows whose `column`, as text, is one of `values`. Raises `InputError` without it."""
    table = plain_table(table, origin)
    require_columns(table, [column])
    return table[to_categorical(table[column]).isin(values)]


def local_times(values: pd.Series, zone: str) -> pd.Series:
    """Local times in `zone`, as datetime64 without a time zone."""
    import pandas as pd

    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values.dt.tz_convert(zone).dt.tz_localize(None)
    return to_date(values)


def plain_table(table: pd.DataFrame, origin: str) -> pd.DataFrame:
    """`table` with named index levels as columns, column names as text, and plain values."""
    named = [level for level, name in enumerate(table.index.names) if name is not None]
    names = [str(table.index.names[level]) for level in named] + list(map(str, table.columns))
    require_different(names, origin)
    # The columns are renamed first, because pandas rejects an index level named like a column.
    table = table.set_axis(names[len(named) :], axis="columns")
    table = table.reset_index(named).reset_index(drop=True).set_axis(names, axis="columns")
    return plain_values(table)


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
        raise InputError(
            seen=f"{origin} has more than one column named {twice}",
            expected="unique column names",
            todo="rename or remove the duplicate columns",
        )
