"""The training window: keep only the newest rows of a table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from mlops_assets.data.table_parts import ChosenParts, TableParts
from mlops_assets.errors import InputError
from mlops_assets.features.columns import require_columns
from mlops_assets.features.dates import local_times, to_date

if TYPE_CHECKING:
    import pandas as pd

UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def newest(table: pd.DataFrame, timestamp: str | None, window: str | None) -> pd.DataFrame:
    """The rows whose `timestamp` is within `window` (such as `90d`) of the newest one.

    The window ends at the newest row, not at the current time, so the same data gives the same rows
    on any day. Without a window, the table is returned unchanged. Raises `InputError` if a row has
    no time.
    """
    kept = _in_window(table, timestamp, window)
    return table if kept is None else table[kept]


def newest_parts(parts: TableParts, timestamp: str | None, window: str | None) -> TableParts:
    """The same of rows in batches: all times are looked at, then the rows of each batch."""
    if not timestamp or not window:
        return parts
    require_columns(parts.first, [timestamp])
    kept = _in_window(parts.frame([timestamp]), timestamp, window)
    return parts if kept is None or kept.all() else ChosenParts(parts, kept.to_numpy())


def _in_window(table: pd.DataFrame, timestamp: str | None, window: str | None) -> pd.Series | None:
    """Which rows are within the window; None if all of them, because there is none."""
    import pandas as pd

    if not timestamp or not window:
        return None
    require_columns(table, [timestamp])
    moments = to_date(table[timestamp])
    if moments.isna().any():
        raise InputError(
            seen=f"{int(moments.isna().sum())} of {len(moments)} rows have no {timestamp!r}",
            expected="a time in every row, to select the newest",
            todo="fill or drop these rows in the source, or remove `window`",
        )
    length = pd.Timedelta(**{UNITS[window[-1]]: int(window[:-1])})
    return moments > moments.max() - length


def seen_through(table: pd.DataFrame, timestamp: str | None, zone: str, day: date) -> date:
    """The newest day covered by the rows: the day of the newest row, or `day` without a timestamp.

    At most the day after `day`, which may have begun; later times are planned events. Raises
    `InputError` if there is no such column.
    """
    if not timestamp:
        return day
    require_columns(table, [timestamp])
    moments = local_times(table[timestamp], zone).dropna()
    return min(moments.max().date(), day + timedelta(days=1)) if len(moments) else day


def time_range(table: pd.DataFrame, timestamp: str | None, zone: str) -> str:
    """First and last local time in the table as text; `no timestamp` if there is none."""
    if not timestamp:
        return "no timestamp"
    require_columns(table, [timestamp])
    moments = local_times(table[timestamp], zone).dropna()
    if moments.empty:
        return f"no time in {timestamp!r}"
    return f"{moments.min():%Y-%m-%d %H:%M} to {moments.max():%Y-%m-%d %H:%M}"
