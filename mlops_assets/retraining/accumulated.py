"""Whether a version has been worse than it expected over many days, where no one day says so.

A one-sided CUSUM (Page 1954) with the day as its unit: each day adds by how many of its standard
deviations it was worse than the version's holdout, a better day takes off, and below 0 it begins
anew. What days differ by makes such a sum as large as 1/√rate about once in 1/rate days.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from mlops_assets.evaluation.expected_day import Excess

SHARE = 0.5
"""Of 1/√rate. Chosen on simulated days without change: see docs/loop.md."""
FEWEST_DAYS = 4
"""From here on, days tell how much one resembles the next."""
MOST_ALIKE = 0.95


class Accumulated(NamedTuple):
    """The excess of the newest `days` days together, in standard deviations of a day.

    `spread` is what it is compared with: the standard deviation of a sum, over that of as many
    independent days with a known expectation.
    """

    days: int
    total: float
    spread: float

    def allowed(self, false_alarm_rate: float) -> float:
        """How much of it days without change reach by chance."""
        return SHARE / sqrt(false_alarm_rate) * self.spread

    def text(self, false_alarm_rate: float) -> str:
        """`performance was worse than expected over 12 days: 7.1 deviations, 5.8 by chance`."""
        days = f"{self.days} days" if self.days > 1 else "1 day"
        allowed = self.allowed(false_alarm_rate)
        return (
            f"performance was worse than expected over {days}: {self.total:.1f} standard "
            f"deviations of a day, {allowed:.1f} by chance"
        )


def accumulate(days: Sequence[Excess]) -> Accumulated:
    """Add up the excess of days, oldest first, since it was last 0.

    The expectation has an error that all days share, and days in a row resemble each other: both
    make the sum vary more.
    """
    total, error, count = 0.0, 0.0, 0
    for day in days:
        total, error, count = total + day.value, error + day.error, count + 1
        if total <= 0:
            total, error, count = 0.0, 0.0, 0
    alike = correlation([day.value for day in days])
    shared = error**2 / count if count else 0.0
    return Accumulated(count, total, sqrt((1 + alike) / (1 - alike) + shared))


def correlation(values: Sequence[float]) -> float:
    """The correlation of a day with the next, from 0 to 0.95; 0 of fewer than four days.

    From how much more days differ that are two apart (the variogram at 1 and 2), since a change of
    level or a trend, which is what is looked for, hardly moves that.
    """
    if len(values) < FEWEST_DAYS:
        return 0.0
    one, two = (_mean_square(values, lag) for lag in (1, 2))
    return min(max(two / one - 1, 0.0), MOST_ALIKE) if one else 0.0


def _mean_square(values: Sequence[float], lag: int) -> float:
    squares = [(b - a) ** 2 for a, b in zip(values, values[lag:], strict=False)]
    return sum(squares) / len(squares)
