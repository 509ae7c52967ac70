"""What `mlops-assets new` finds out about a column."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from mlops_assets.features.columns import Role


class Finding(NamedTuple):
    """A column's inferred role; None if it is left out, with the reason."""

    role: Role | None
    reason: str = ""
    names_rows: bool = False
    """Whether every row has a unique value, so that the column can be the identity."""
    date_format: str = ""
    """How the dates of a column of text are written; empty for any other column."""
    missing_dates: tuple[date, ...] = ()
    """Days beyond the calendar, such as 9999-12-31, which mean that there is no date."""
    question: str = ""
    """What only the user knows about a column that is left out."""
