"""Bounds of a column's drift statistics from how far the reference's own days lie apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.monitoring.drift.column_days import FEWEST_BLOCKS, ColumnDays
from mlops_assets.monitoring.drift.scores import jensen_shannon_rows
from mlops_assets.monitoring.drift.statistics import LEAST_ROWS, Statistic
from mlops_assets.monitoring.drift.wandering import widening

if TYPE_CHECKING:
    import numpy as np

TAIL_SHARE, TAIL_BLOCKS = 0.2, 10
TOGETHER = {"Wasserstein", "Jensen–Shannon"}


MONOTONE_BLOCKS = 10
"""So many block means rise one after another by chance once in a million times."""


@dataclass(frozen=True)
class DayBounds:
    """How one column differs between the blocks of a reference.

    `level` is the significance level per statistic, `unit` the days per block, and `days` those of
    the window that is judged.
    """

    column: ColumnDays
    level: float
    unit: int = 1
    days: int = 1

    def widened(self, statistic: Statistic, rows: int) -> Statistic:
        """The statistic of a window of `rows` rows with the larger of both thresholds."""
        bound = self._bound(statistic.name)
        if not bound:
            return statistic
        typical = float(_median(self.column.known + self.column.missing))
        # A shorter window varies more: fewer days by their share, fewer rows as if independent.
        squares = bound**2 * max(1.0, self.unit / self.days)
        squares += statistic.threshold**2 * max(0.0, 1 - rows / typical)
        threshold = max(statistic.threshold, squares**0.5)
        return statistic.model_copy(update={"threshold": threshold})

    def _bound(self, name: str) -> float:
        if name in TOGETHER:
            filled = self.column.known >= LEAST_ROWS
            if filled.sum() < FEWEST_BLOCKS:
                return 0.0
            column = self.column.at(filled)
            cells = column.cells
            scores = distances(name, cells, column.others(cells))
            series = cells.sum(axis=1) if name == "Wasserstein" else main_direction(cells)
        elif name in ("missing", "unseen"):
            series = self._shares(name)
            scores = abs(series - self.column.others(series))
        else:
            return 0.0
        return upper_tail(scores, self.level) * widening(series, self.level)

    def counts_on(self, vector: np.ndarray) -> bool:
        """Whether the column rises or falls with time, and the day's `vector` lies beyond.

        So do counters and years: each new day is outside the reference by construction.
        """
        import numpy as np

        if len(self.column.known) < MONOTONE_BLOCKS:
            return False
        # The areas of smaller values sum to more.
        series, now = self.column.cells.sum(axis=1), float(vector.sum())
        steps = np.diff(series)
        tiny = 1e-6 * (1 + np.abs(series).max())
        if (steps <= tiny).all() and series[-1] < series[0]:
            return now < series[-1] - tiny
        return bool((steps >= -tiny).all() and series[-1] > series[0] and now > series[-1] + tiny)

    def _shares(self, name: str) -> np.ndarray:
        if name == "unseen":
            return self.column.unseen
        rows = self.column.known + self.column.missing
        return self.column.missing / rows.clip(1)


def distances(name: str, blocks: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The score between the vectors of blocks and of what they are compared with, (blocks,)."""
    import numpy as np

    if name == "Wasserstein":
        return np.abs(blocks - others).sum(axis=1)
    return jensen_shannon_rows(blocks, others)


def upper_tail(scores: np.ndarray, level: float) -> float:
    """The score that a further block exceeds with probability `level`.

    The order statistic that guarantees it, if there are enough blocks; else at least the largest
    score, and an exponential tail of the squares beyond the largest fifth.
    """
    import numpy as np

    squares = np.sort(np.square(scores))
    blocks = len(squares)
    rank = int(np.ceil((1 - level) * (blocks + 1)))
    if rank <= blocks:
        return float(np.sqrt(squares[rank - 1]))
    top = min(max(int(blocks * TAIL_SHARE), TAIL_BLOCKS), blocks - 1)
    start = squares[-top - 1]
    grown = start + (squares[-top:] - start).mean() * np.log(top / (level * blocks))
    return float(np.sqrt(max(squares[-1], grown)))


def main_direction(shares: np.ndarray) -> np.ndarray:
    """The series of label shares along which the blocks differ most, (blocks,)."""
    import numpy as np

    left, sizes, _ = np.linalg.svd(shares - shares.mean(axis=0), full_matrices=False)
    return left[:, 0] * sizes[0]


def _median(values: np.ndarray) -> float:
    import numpy as np

    return max(float(np.median(values)), 1.0)
