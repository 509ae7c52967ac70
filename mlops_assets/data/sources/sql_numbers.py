"""Numbers as a database driver gives them: decimals, and integers with NULL between them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

EXACT = 2**53  # from here on not every whole number is a float64
BEYOND_64_BITS = 2.0**63
NUMBERS = frozenset(("decimal", "integer", "floating", "mixed-integer-float"))


def with_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """`table` with its columns of Python numbers as float64.

    Whole numbers that float64 cannot tell apart, such as ids in NUMERIC(20), stay exact: Int64, or
    text beyond 64 bits.
    """
    for place, (_, values) in enumerate(table.items()):
        if _is_numbers(values):
            table.isetitem(place, _numbers(values))
    return table


def _is_numbers(values: pd.Series) -> bool:
    import pandas as pd

    return values.dtype == object and pd.api.types.infer_dtype(values) in NUMBERS


def _numbers(values: pd.Series) -> pd.Series:
    import pandas as pd

    floats = values.astype("float64")
    is_exact = (floats.abs() < EXACT) | floats.isna()
    if is_exact.all() or not values[floats.notna()].map(_is_whole).all():
        return floats
    whole = pd.Series(
        [None if pd.isna(value) else int(value) for value in values], values.index, dtype=object
    )
    fits = (floats.abs() < BEYOND_64_BITS) | floats.isna()
    return whole.astype("Int64") if fits.all() else whole.map(str, na_action="ignore")


def _is_whole(value: Any) -> bool:
    return math.isfinite(value) and value == int(value)
