"""Missing values, outliers and correlations of raw columns of any dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.columns import MISSING_WORDS, Columns, Role

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

PAIRED_ROWS = 100_000
"""Maximum number of rows to compare columns on; a correlation then has an error of 0.003."""

TAIL_TO_IQR, LONGEST_TAIL = 1.39, 6
"""Of normal data, the interquartile range is 1.39 times the distance from quartile to 5 % point."""


def spaced(table: pd.DataFrame) -> pd.DataFrame:
    """At most `PAIRED_ROWS` rows, evenly spaced."""
    return table.iloc[:: -(-len(table) // PAIRED_ROWS) or 1]


def missing(values: pd.Series, role: Role = "categorical") -> np.ndarray:
    """Which values are missing, (rows,) bool: null, blank, or, where labels do not stand, `?`.

    A source has made null of the words that mean missing; of the others, a label may be one.
    """
    import numpy as np
    import pandas as pd

    absent = values.isna().to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return absent
    codes, words = pd.factorize(values.astype(str))
    placeholders = {""} if role in ("categorical", "text") else MISSING_WORDS
    blank = np.array([word.strip().lower() in placeholders for word in words], dtype=bool)
    return absent | np.append(blank, True)[codes]


def missing_shares(table: pd.DataFrame, columns: Columns) -> pd.Series:
    """Share of missing values, 0 to 1, of each of the columns that exists."""
    import pandas as pd

    rows = max(len(table), 1)
    shares = {
        name: missing(table[name], role).sum() / rows
        for name, role in columns.roles()
        if name in table
    }
    return pd.Series(shares, dtype="float64")


def numbers(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The existing columns in `names` as float64; anything that is not a number is NaN."""
    import pandas as pd

    present = {name: table[name] for name in names if name in table}
    return pd.DataFrame(
        {n: pd.to_numeric(v, errors="coerce").astype("float64") for n, v in present.items()},
        index=table.index,
    )


def outlier_shares(table: pd.DataFrame, names: list[str]) -> pd.Series:
    """Share of each numeric column's values far outside its quartiles (`fences`)."""
    import pandas as pd

    shares = {}
    for name, values in numbers(table, names).items():
        known = values.dropna()
        low, high = fences(known)
        shares[name] = ((known < low) | (known > high)).mean() if high > low else 0.0
    return pd.Series(shares, dtype="float64")


def fences(known: pd.Series) -> tuple[float, float]:
    """The bounds of a column's usual values; equal if it has no scale, as with equal quartiles.

    They are Tukey's outer fences, 3 interquartile ranges outside the quartiles, and farther out on
    a side with a long tail, such as that of counts: there, the range is replaced by the distance
    from quartile to 5 % point, scaled to be the same for normal data, but at most sixfold. The
    least and the greatest value say nothing of a tail: they may be a code, such as -999.
    """
    low, high = known.quantile([0.25, 0.75]) if len(known) else (0.0, 0.0)
    inner = known[(known > known.min()) & (known < known.max())]
    if high <= low or inner.empty:
        return low - 3 * (high - low), high + 3 * (high - low)
    lowest, lower, upper, highest = inner.quantile([0.05, 0.25, 0.75, 0.95])
    most = LONGEST_TAIL * (high - low)
    below, above = (
        min(max(high - low, TAIL_TO_IQR * tail), most) for tail in (lower - lowest, highest - upper)
    )
    return low - 3 * below, high + 3 * above


def correlations(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Pearson correlations of numeric columns, -1 to 1, on rows that have both values.

    NaN if a column does not vary. Uses at most `PAIRED_ROWS` rows.
    """
    return numbers(spaced(table), names).corr()


def strongest_pair(matrix: pd.DataFrame) -> tuple[str, str, float] | None:
    """The two columns with the highest absolute correlation; None if there are none."""
    import numpy as np

    size = np.abs(matrix.to_numpy(dtype="float64", copy=True))
    size[np.tril_indices_from(size)] = np.nan
    if np.isnan(size).all():
        return None
    row, column = np.unravel_index(np.nanargmax(size), size.shape)
    return str(matrix.index[row]), str(matrix.columns[column]), float(matrix.iat[row, column])
