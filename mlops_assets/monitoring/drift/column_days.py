"""Short vectors of the days of a reference, by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

FEWEST_BLOCKS = 5
"""Fewer tell nothing about how days differ."""


@dataclass(frozen=True, eq=False)
class ColumnDays:
    """The vectors of one column, a row per block of days.

    `cells`, (blocks, cells), has areas under the distribution function in standard deviations of
    the reference, or shares of labels. `unseen` is the share of new labels or words, `known` and
    `missing` are rows.
    """

    known: np.ndarray
    missing: np.ndarray
    cells: np.ndarray
    unseen: np.ndarray
    by_hour: np.ndarray | None = None
    """(24, cells): the vector of all rows of each hour; None if times have no hours."""

    def at(self, blocks: np.ndarray) -> ColumnDays:
        """The same with some blocks only: a mask, (blocks,)."""
        parts = self.known, self.missing, self.cells, self.unseen
        return ColumnDays(*(part[blocks] for part in parts), by_hour=self.by_hour)

    def mean(self) -> np.ndarray:
        """The vector of all blocks together, (cells,)."""
        return self.known @ self.cells / max(self.known.sum(), 1)

    def others(self, values: np.ndarray) -> np.ndarray:
        """For each block the mean of `values` over the other blocks' rows, shaped like `values`."""
        rows = (self.known + self.missing).astype("float64")
        weights = rows.reshape(-1, *[1] * (values.ndim - 1))
        total = (weights * values).sum(axis=0)
        return (total - weights * values) / (rows.sum() - weights)


@dataclass(frozen=True, eq=False)
class ReferenceDays:
    """The blocks of days of a table: the `first` day of each, (blocks,) datetime64[D], in order."""

    unit: int = 1
    """Days per block."""
    first: np.ndarray | None = None
    columns: Mapping[str, ColumnDays] = field(default_factory=dict)
    hours: np.ndarray | None = None
    """(blocks, 24): the share of each hour in the rows of a block; None if times have no hours."""
    why_none: str = ""
    """Why there are none; then rows are assumed to be independent."""

    @property
    def blocks(self) -> int:
        """The number of blocks."""
        return 0 if self.first is None else len(self.first)

    def in_words(self, rate: float) -> str:
        """What thresholds rest on: `240 reference days`, or why rows are taken as independent."""
        if self.first is None:
            return f"rows are assumed to be independent: {self.why_none}"
        each = "days" if self.unit == 1 else f"blocks of {self.unit} days"
        found = f"{self.blocks} reference {each}"
        rough = f", which allow {rate:.3g} only roughly" if self.blocks * rate < 1 else ""
        return found + rough
