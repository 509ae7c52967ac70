"""The days whose rows are judged together."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np


class Window(NamedTuple):
    """One day, or several that are pooled: the last of them, None if unknown, and their number.

    `hours` are their rows by hour of the day, (24,); None if unknown, or if no column needs them.
    """

    last: date | None = None
    days: int = 1
    hours: np.ndarray | None = None

    def rows_in_words(self, rows: int) -> str:
        """`72 rows`, or `72 rows of 3 days`."""
        return f"{rows} rows" if self.days == 1 else f"{rows} rows of {self.days} days"
