"""A share of days over several seeds, with its confidence interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import variance

Z = 1.959964
"""The standard normal quantile of a 95 % interval."""


@dataclass(frozen=True)
class Share:
    """A share, 0 to 1, its 95 % interval, and the minimum and maximum over the seeds."""

    value: float
    low: float
    high: float
    least: float
    greatest: float

    def __str__(self) -> str:
        """`0.31% [0.25, 0.39]`."""
        return f"{self.value:.2%} [{100 * self.low:.2f}, {100 * self.high:.2f}]"

    @property
    def seeds(self) -> str:
        """`0.00 to 1.10%`."""
        return f"{100 * self.least:.2f} to {self.greatest:.2%}"


def share(hits: Sequence[int], days: int) -> Share:
    """The share of hits among `days` days of each seed.

    Wilson's interval (1927). Days of one seed share a reference, so they count as fewer if
    seeds differ more than by chance (Kish's design effect, 1965).
    """
    total = days * len(hits)
    value = sum(hits) / total
    by_chance = value * (1 - value) / days
    effect = variance(hit / days for hit in hits) / by_chance if by_chance else 1.0
    low, high = _wilson(value, total / max(effect, 1.0))
    return Share(value, low, high, min(hits) / days, max(hits) / days)


def _wilson(value: float, days: float) -> tuple[float, float]:
    centre = value + Z**2 / (2 * days)
    half = Z * sqrt(value * (1 - value) / days + Z**2 / (4 * days**2))
    scale = 1 + Z**2 / days
    return max(0.0, (centre - half) / scale), (centre + half) / scale
