"""Compare a day with the reference's days as if their rows had come at the hours of the day.

A day whose rows come at other hours than usual, such as half a day, differs from whole days by
that alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_assets.features.dates import to_date
from mlops_assets.monitoring.drift.column_days import ColumnDays

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlops_assets.platform.table_content import Content

HOURS = 24


def hours_of(times: pd.Series) -> np.ndarray:
    """The hour of each time in UTC, (rows,) int; -1 where the time is missing."""
    return to_date(times).dt.hour.fillna(-1).to_numpy(dtype=int)


def hour_counts(content: Content, timestamp: str | None) -> np.ndarray | None:
    """The rows of a day by hour, (24,); None if their times are not known."""
    import numpy as np

    if timestamp not in content.columns:
        return None
    found = [hours_of(batch[timestamp]) for batch in content.batches([timestamp])]
    hours = np.concatenate(found)
    return np.bincount(hours[hours >= 0], minlength=HOURS)


def block_hours(hours: np.ndarray, block: np.ndarray, blocks: int) -> np.ndarray | None:
    """The share of each hour in each block, (blocks, 24); None if all rows have one hour.

    `block` is the number of the block of each row, -1 for those of none.
    """
    import numpy as np

    known = (hours >= 0) & (block >= 0)
    place = block[known] * HOURS + hours[known]
    counts = np.bincount(place, minlength=blocks * HOURS).reshape(blocks, HOURS)
    if (counts.sum(axis=0) > 0).sum() < 2:
        return None
    return counts / counts.sum(axis=1, keepdims=True).clip(1)


def at_same_hours(
    column: ColumnDays, hours: np.ndarray | None, counts: np.ndarray | None, *, shares: bool
) -> ColumnDays | None:
    """The blocks of a column as if their rows had come at the hours of a day, by its row `counts`.

    `hours` are those of the blocks. With `shares`, cells are shares of labels. None if either is
    not known.
    """
    if hours is None or counts is None or column.by_hour is None or not counts.sum():
        return None
    usual, wanted = hours @ column.by_hour, counts / counts.sum() @ column.by_hour
    cells = column.cells - usual + wanted
    if shares:
        cells = cells.clip(0)
        cells /= cells.sum(axis=1, keepdims=True)
    return replace(column, cells=cells)
