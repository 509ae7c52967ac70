"""What every source is: a description of where rows come from, and one way to read them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from mlops_assets.errors import InputError
from mlops_assets.features.columns import require_columns, to_categorical, to_date

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings


class SourceSpec(BaseModel, ABC):
    """Where rows come from. A subclass adds `type: Literal["…"]`, its fields, and how to load."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Any

    @property
    @abstractmethod
    def origin(self) -> str:
        """Where the rows come from, for messages: no passwords or keys."""

    @abstractmethod
    def load(self, settings: Settings) -> pd.DataFrame:
        """The table as the outside world gives it."""

    def load_until(self, settings: Settings, day: date) -> pd.DataFrame:
        """What was known at the end of `day`. A source without a memory of days ignores it."""
        return self.load(settings)

    def load_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str
    ) -> pd.DataFrame:
        """The rows of one day: those whose `timestamp` lies in it."""
        return rows_of_day(self.load(settings), day, timestamp, self.origin, zone)

    def load_rows(self, settings: Settings, column: str, values: Collection[str]) -> pd.DataFrame:
        """The rows whose `column` is, written as text, one of `values`."""
        table = self.load(settings)
        require_columns(table, [column])
        return table[to_categorical(table[column]).isin(values)]

    def knows_days(self, timestamp: str | None) -> bool:
        """Whether `load_day` can tell one day from another."""
        return timestamp is not None

    def read(self, settings: Settings, *, until: date | None = None) -> pd.DataFrame:
        """The table: at least one row, columns named by different strings, rows numbered from 0.

        Named index levels become columns. Raises `InputError` where the source cannot be read.
        """
        table = self.load_until(settings, until) if until else self.load(settings)
        table = plain_table(table, self.origin)
        require_rows(table, self.origin)
        return table

    def read_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str = "UTC"
    ) -> pd.DataFrame:
        """One day's table in the same form; it may have no row. Raises `InputError`.

        `zone` is the time zone of the day, for times that know their own.
        """
        return plain_table(self.load_day(settings, day, timestamp, zone), self.origin)

    def read_rows(self, settings: Settings, column: str, values: Collection[str]) -> pd.DataFrame:
        """The rows whose `column` is one of `values`, in the same form; there may be none."""
        return plain_table(self.load_rows(settings, column, values), self.origin)

    def read_through(
        self, settings: Settings, day: date, timestamp: str | None, zone: str = "UTC"
    ) -> pd.DataFrame:
        """All rows that were there at the end of `day`; without a `timestamp` those of now.

        A row whose time is missing is taken to have been there.
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
    """The rows whose `timestamp` lies in `day`. Raises `InputError` without such a column.

    Times with a time zone are seen from `zone`; those without one are taken for its own.
    """
    if timestamp is None:
        raise InputError(
            seen=f"{origin} cannot be read by day: no `timestamp` is named",
            expected="a way to tell one day's rows from another's",
            todo="name the column with the time in `timestamp`, write {day} in the path or :day in "
            "the query, or give another source under `live: {source: …}`",
        )
    require_columns(table, [timestamp])
    return table[local_times(table[timestamp], zone).dt.date == day]


def local_times(values: pd.Series, zone: str) -> pd.Series:
    """datetime64 without a zone: what a clock in `zone` showed."""
    import pandas as pd

    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values.dt.tz_convert(zone).dt.tz_localize(None)
    return to_date(values)


def plain_table(table: pd.DataFrame, origin: str) -> pd.DataFrame:
    """`table` with its named index levels as columns and its columns named by strings."""
    named = [place for place, name in enumerate(table.index.names) if name is not None]
    names = [str(table.index.names[place]) for place in named] + list(map(str, table.columns))
    require_different(names, origin)
    # The columns are renamed first: pandas refuses an index level called like a column.
    table = table.set_axis(names[len(named) :], axis="columns")
    return table.reset_index(named).reset_index(drop=True).set_axis(names, axis="columns")


def require_rows(table: pd.DataFrame, origin: str) -> None:
    """Raise `InputError` where a table is empty."""
    if table.empty:
        raise InputError(
            seen=f"{origin} has no rows; its columns are {list(table.columns)}",
            expected="at least one row",
            todo="check that the source was filled",
        )


def require_different(names: Iterable[str], origin: str) -> None:
    """Raise `InputError` where two columns have the same name."""
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise InputError(
            seen=f"{origin} has more than one column named {twice}",
            expected="different column names",
            todo="rename or remove the repeated columns",
        )
