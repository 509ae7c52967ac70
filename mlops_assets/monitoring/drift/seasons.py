"""Compare a day with the reference's days of the same weekday, season or hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.column_days import ColumnDays, ReferenceDays
from mlops_assets.monitoring.drift.day_bounds import distances
from mlops_assets.monitoring.drift.day_vectors import label_vector, number_vector
from mlops_assets.monitoring.drift.histogram import Histogram
from mlops_assets.monitoring.drift.hours import at_same_hours
from mlops_assets.monitoring.drift.statistics import Statistic
from mlops_assets.monitoring.drift.window import Window
from mlops_assets.spec.watch import ColumnWatch

if TYPE_CHECKING:
    import numpy as np

    from mlops_assets.monitoring.drift.table_profile import ColumnProfile

FEWEST_ALIKE = 20
"""Fewer days alike are compared with all days instead: of 15, 3 % of placebos were called drift."""
SEASON_DAYS, YEAR = 30, 365.25


def similar(
    column: ColumnDays,
    profile: ColumnProfile,
    days: ReferenceDays,
    window: Window,
    watch: ColumnWatch,
) -> ColumnDays | None:
    """A column's blocks that are like the days judged; None: all blocks, as they are."""
    if watch.expected == "hour":
        shares = isinstance(profile, CategoryCounts)
        return at_same_hours(column, days.hours, window.hours, shares=shares)
    chosen = alike(days, window, watch)
    return None if chosen is None else column.at(chosen)


def alike(days: ReferenceDays, window: Window, watch: ColumnWatch) -> np.ndarray | None:
    """The reference's blocks to compare with, (blocks,) bool; None: all of them.

    All are, too, where the day is not known, or fewer than twenty are like it.
    """
    if watch.expected in (None, "hour") or window.last is None or days.first is None:
        return None
    import numpy as np

    last, first = np.datetime64(window.last, "D"), days.first.astype("datetime64[D]")
    apart = (last - first).astype(int)
    if watch.expected == "weekday":
        # Blocks of several days have several weekdays.
        found = apart % 7 == 0 if days.unit == window.days == 1 else np.zeros(len(first), bool)
    else:
        found = np.minimum(apart % YEAR, YEAR - apart % YEAR) <= SEASON_DAYS
    return found if found.sum() >= FEWEST_ALIKE else None


@dataclass(frozen=True)
class Season:
    """The days of a reference column that are like the day."""

    column: ColumnDays
    expected: str

    def compared(
        self, statistic: Statistic, reference: ColumnProfile, day: ColumnProfile
    ) -> Statistic:
        """The statistic against these days alone; its threshold is still that of all days."""
        if statistic.name == "missing":
            before = self.column.missing.sum() / (self.column.known + self.column.missing).sum()
            now = day.missing / (day.known + day.missing)
            return self._changed(statistic, abs(now - before), f"missing {before:.1%} → {now:.1%}")
        if isinstance(reference, Histogram) and isinstance(day, Histogram):
            apart = self.column.mean() - number_vector(day, reference)
            before = day.mean - float(apart.sum()) * reference.deviation
            value = float(abs(apart).sum())
            return self._changed(statistic, value, f"mean {before:.4g} → {day.mean:.4g}")
        if statistic.name == "Jensen–Shannon" and isinstance(day, CategoryCounts):
            mean = self.column.mean()
            value = float(distances(statistic.name, mean[None], label_vector(day)[None])[0])
            return self._changed(statistic, value, statistic.what)
        return statistic

    def _changed(self, statistic: Statistic, value: float, what: str) -> Statistic:
        count = len(self.column.known)
        same = f"of the same {self.expected}"
        same = "as if at the same hours" if self.expected == "hour" else same
        shown = f"{what} ({count} days {same})"
        return statistic.model_copy(update={"value": float(value), "what": shown})
