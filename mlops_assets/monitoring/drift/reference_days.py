"""Summarize the days of a version's training rows.

Rows of one day resemble each other, so a bound from independent rows is too narrow. Each column
keeps a short vector per block of days, from which the drift statistics of the reference's own days
are computed. A block is as many days as it takes to have enough rows to judge.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, inf
from typing import TYPE_CHECKING

from mlops_assets.features.columns import Columns, Role
from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.column_days import FEWEST_BLOCKS, ColumnDays, ReferenceDays
from mlops_assets.monitoring.drift.day_vectors import label_vectors, number_vectors, text_vectors
from mlops_assets.monitoring.drift.histogram import Histogram
from mlops_assets.monitoring.drift.hours import HOURS, block_hours, hours_of
from mlops_assets.monitoring.drift.rows_needed import rows_to_judge
from mlops_assets.monitoring.drift.statistics import LEAST_ROWS
from mlops_assets.monitoring.drift.table_profile import ColumnProfile, TableProfile, as_floats

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_BLOCKS = 400


def reference_days(
    table: pd.DataFrame, columns: Columns, profile: TableProfile, times: pd.Series | None
) -> ReferenceDays:
    """The days of a reference's rows; `times` has the time of each, NaT where it is unknown.

    At most 400 blocks, evenly spaced; blocks with too few rows to judge are left out.
    """
    import numpy as np

    if times is None:
        return ReferenceDays(why_none="the training rows have no `timestamp`")
    needed = rows_to_judge(profile)
    given = times.to_numpy().astype("datetime64[D]")
    dated = ~np.isnat(given)
    if not dated.any() or needed == inf:
        return ReferenceDays(why_none="the training rows are too few")
    distinct, at = np.unique(given[dated], return_inverse=True)
    unit = max(1, ceil(needed / float(np.median(np.bincount(at)))))
    kept = _kept(np.bincount(at // unit), needed)
    if len(kept) < FEWEST_BLOCKS:
        return ReferenceDays(why_none=_too_few(len(kept), unit))
    block = np.full(len(given), -1)
    block[dated] = _numbered(kept, at // unit)
    inside, hour = block >= 0, hours_of(times)
    hours = block_hours(hour, block, len(kept))
    at = block[inside], None if hours is None else hour[inside]
    found = {
        name: _column(table[name][inside], role, profile.profiles[name], *at)
        for name, role in columns.roles()
    }
    return ReferenceDays(unit=unit, first=distinct[kept * unit], columns=found, hours=hours)


def _kept(rows: np.ndarray, needed: float) -> np.ndarray:
    """The blocks with enough rows, at most 400 of them."""
    import numpy as np

    kept = np.flatnonzero(rows >= max(LEAST_ROWS, needed / 2))
    if len(kept) <= MOST_BLOCKS:
        return kept
    return kept[np.linspace(0, len(kept) - 1, MOST_BLOCKS).astype(int)]


def _numbered(kept: np.ndarray, block: np.ndarray) -> np.ndarray:
    """The position in `kept` of each row's block; -1 where it is not kept."""
    import numpy as np

    number = np.full(block.max() + 1, -1)
    number[kept] = np.arange(len(kept))
    return number[block]


def _too_few(blocks: int, unit: int) -> str:
    each = "days" if unit == 1 else f"blocks of {unit} days"
    return (
        f"the training rows have {blocks} {each} with enough rows, and {FEWEST_BLOCKS} are needed"
    )


def _column(
    values: pd.Series, role: Role, profile: ColumnProfile, at: np.ndarray, hour: np.ndarray | None
) -> ColumnDays:
    found = _vectors(values, role, profile, at, int(at.max()) + 1)
    return replace(found, by_hour=None if hour is None else _by_hour(values, role, profile, hour))


def _by_hour(values: pd.Series, role: Role, profile: ColumnProfile, hour: np.ndarray) -> np.ndarray:
    """The vector of each hour, (24, cells); that of all rows for hours without any."""
    found = _vectors(values, role, profile, hour, HOURS)
    cells = found.cells.copy()
    cells[found.known == 0] = found.mean()
    return cells


def _vectors(
    values: pd.Series, role: Role, profile: ColumnProfile, at: np.ndarray, blocks: int
) -> ColumnDays:
    if isinstance(profile, Histogram):
        return ColumnDays(*number_vectors(as_floats(values, role), profile, at, blocks))
    if isinstance(profile, CategoryCounts):
        return ColumnDays(*label_vectors(values, role, profile, at, blocks))
    return ColumnDays(*text_vectors(values, profile, at, blocks))
