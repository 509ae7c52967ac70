"""The days whose rows are judged together."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Window(NamedTuple):
    """One day, or several that are pooled: the last of them, None if unknown, and their number."""

    last: date | None = None
    days: int = 1

    def rows_in_words(self, rows: int) -> str:
        """`72 rows`, or `72 rows of 3 days`."""
        return f"{rows} rows" if self.days == 1 else f"{rows} rows of {self.days} days"
