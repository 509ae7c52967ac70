"""What the conversions of raw columns have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES = ", such as "
"""What follows it in `seen` of an error are values, which may be personal."""
MISSING_WORDS = frozenset({"", "nan", "none", "null", "na", "n/a", "?"})


def require_finite(before: pd.Series, numbers: pd.Series) -> None:
    """Raise `InputError` if a number is infinite."""
    infinite = numbers.abs() == float("inf")
    if infinite.any():
        raise InputError(
            seen=f"column {before.name!r} has {int(infinite.sum())} of {len(before)} values that "
            "are infinite",
            expected="finite numbers, or nothing",
            todo="replace them with missing values, or look for a division by zero in the source",
        )
