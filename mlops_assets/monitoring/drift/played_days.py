"""Play a reference's own days: every second block is live and is compared with the others.

So the verdict is tried on days that depend on each other as those of the model do. Nothing has
drifted in them; a shift of a column can be put into all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mlops_assets.monitoring.drift.calibration import Bounds, score_bound
from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.column_days import ColumnDays, ReferenceDays
from mlops_assets.monitoring.drift.day_bounds import DayBounds, distances
from mlops_assets.monitoring.drift.histogram import Histogram
from mlops_assets.monitoring.drift.hours import at_same_hours
from mlops_assets.monitoring.drift.seasons import alike
from mlops_assets.monitoring.drift.statistics import LEAST_SHARE, Statistic
from mlops_assets.monitoring.drift.table_profile import ColumnProfile, TableProfile
from mlops_assets.monitoring.drift.text_counts import TextCounts
from mlops_assets.monitoring.drift.window import Window
from mlops_assets.spec.watch import WATCHED, ColumnWatch

if TYPE_CHECKING:
    import numpy as np

FEWEST_PLAYED = 20
"""Blocks, half of which are live; fewer say nothing about a rate."""


@dataclass(frozen=True)
class PlayedColumn:
    """The live blocks of a column, what each is compared with, and its thresholds, (blocks,)."""

    profile: Histogram | CategoryCounts
    live: ColumnDays
    before: np.ndarray
    """(blocks, cells): the vector of the blocks that each is compared with."""
    threshold: np.ndarray
    missing: np.ndarray
    """(blocks,): the change of the share of missing values, beyond its threshold if positive."""

    def detected(self, shift: float = 0.0) -> np.ndarray:
        """(blocks,) bool: whether the score of a block with the shift is beyond its threshold.

        Numbers are shifted by standard deviations: their distance is at least the change of the
        mean. Of labels, a share of the rows gets the rarest one.
        """
        import numpy as np

        cells = self.live.cells
        if isinstance(self.profile, CategoryCounts):
            cells = (1 - shift) * cells
            cells[:, _rarest(self.profile, cells.shape[1])] += shift
            scores = distances("Jensen–Shannon", self.before, cells)
        elif shift:
            scores = np.abs((self.before - cells).sum(axis=1) + shift)
        else:
            scores = distances("Wasserstein", cells, self.before)
        return scores > self.threshold

    @property
    def alarms(self) -> np.ndarray:
        """(blocks,) bool: whether the column would be called drift without any shift."""
        return self.detected() | (self.missing > 0)


def played(
    reference: TableProfile, days: ReferenceDays, bounds: Bounds, watch: Mapping[str, ColumnWatch]
) -> Mapping[str, PlayedColumn]:
    """The columns that are judged, each with its live blocks; none with fewer than 20 blocks."""
    if days.blocks < FEWEST_PLAYED:
        return {}
    judged = {name: watch.get(name, WATCHED) for name in days.columns}
    found = {
        name: _played(reference.profiles[name], days, name, bounds, it)
        for name, it in judged.items()
        if it.watch and not _counts_on(days.columns[name], days, bounds)
    }
    return {name: it for name, it in found.items() if it}


def _played(
    profile: ColumnProfile, days: ReferenceDays, name: str, bounds: Bounds, watch: ColumnWatch
) -> PlayedColumn | None:
    import numpy as np

    scored = profile.lengths if isinstance(profile, TextCounts) else profile
    if days.first is None or (isinstance(scored, Histogram) and scored.low == scored.high):
        return None
    half, column = np.arange(days.blocks) % 2 == 0, days.columns[name]
    if watch.expected == "hour" and days.hours is not None:
        shares, usual = isinstance(scored, CategoryCounts), days.hours.mean(axis=0)
        column = at_same_hours(column, days.hours, usual, shares=shares) or column
    known, live = column.at(half), column.at(~half)
    compared = _Compared(scored, known, days.unit, bounds, watch)
    others = ReferenceDays(unit=days.unit, first=days.first[half])
    found = [compared.with_blocks(_chosen(others, it, watch)) for it in days.first[~half].tolist()]
    before, threshold, missing, least = (np.array(it) for it in zip(*found, strict=True))
    share = live.missing / (live.known + live.missing).clip(1)
    return PlayedColumn(scored, live, before, threshold, np.abs(share - missing) - least)


def _chosen(others: ReferenceDays, first, watch: ColumnWatch) -> np.ndarray | None:
    last = first + timedelta(days=others.unit - 1)
    return alike(others, Window(last=last, days=others.unit), watch)


class _Compared:
    """What blocks are compared with, computed once for equal choices of blocks."""

    def __init__(
        self,
        profile: Histogram | CategoryCounts,
        known: ColumnDays,
        unit: int,
        bounds: Bounds,
        watch: ColumnWatch,
    ) -> None:
        import numpy as np

        self._known, self._unit, self._level = known, unit, bounds.level
        self._rows = int(np.median(known.known + known.missing))
        least = bounds.least if watch.least_effect is None else watch.least_effect
        self._score = score_bound(profile, self._rows, Bounds(bounds.level, least, bounds.seed))
        self._name = "Wasserstein" if isinstance(profile, Histogram) else "Jensen–Shannon"
        self._made: dict[bytes, tuple] = {}

    def with_blocks(self, chosen: np.ndarray | None) -> tuple:
        """Vector, threshold, share of missing values and its threshold of the chosen blocks."""
        key = b"" if chosen is None else chosen.tobytes()
        if key not in self._made:
            self._made[key] = self._compare(
                self._known if chosen is None else self._known.at(chosen)
            )
        return self._made[key]

    def _compare(self, known: ColumnDays) -> tuple:
        own = DayBounds(known, self._level, self._unit, self._unit)
        score = Statistic(name=self._name, value=0, threshold=self._score, what="")
        missing = Statistic(name="missing", value=0, threshold=LEAST_SHARE, what="")
        limits = [own.widened(it, self._rows).threshold for it in (score, missing)]
        share = known.missing.sum() / max((known.known + known.missing).sum(), 1)
        return known.mean(), limits[0], share, limits[1]


def _counts_on(column: ColumnDays, days: ReferenceDays, bounds: Bounds) -> bool:
    import numpy as np

    before = column.at(np.arange(days.blocks) < days.blocks - 1)
    return DayBounds(before, bounds.level).counts_on(column.cells[-1])


def _rarest(profile: CategoryCounts, cells: int) -> int:
    shown = profile.counts[: cells - 1]
    return min(range(len(shown)), key=shown.__getitem__, default=0)
