"""Missing values, outliers and correlations of raw columns of any dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.columns import MISSING_WORDS, Columns, Role

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

PAIRED_ROWS = 100_000
"""Maximum number of rows to compare columns on; a correlation then has an error of 0.003."""


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
    """Share of each numeric column's values beyond 3 interquartile ranges from its quartiles.

    These are Tukey's outer fences: 2 in a million for normal data. A column with equal quartiles
    (mostly one value) has no scale, and therefore no outliers.
    """
    import pandas as pd

    shares = {}
    for name, values in numbers(table, names).items():
        known = values.dropna()
        low, high = known.quantile([0.25, 0.75]) if len(known) else (0.0, 0.0)
        fence = 3 * (high - low)
        outside = (known < low - fence) | (known > high + fence)
        shares[name] = outside.mean() if fence > 0 else 0.0
    return pd.Series(shares, dtype="float64")


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
