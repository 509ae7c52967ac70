"""Profile a raw table: metrics, and a table of columns for display."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_assets.data.personal_data import NOTHING_PERSONAL, PersonalData, is_shared
from mlops_assets.data.profile import column_stats
from mlops_assets.data.profile.quality import QUALITIES
from mlops_assets.features.columns import Columns

if TYPE_CHECKING:
    import pandas as pd


def profile(table: pd.DataFrame, columns: Columns, target: str | None) -> dict[str, float]:
    """Metrics of the raw table: rows, columns, and rates from 0 to 1, where 0 is good.

    missing_rate and outlier_rate are over all feature values (outliers: see
    `column_stats.outlier_shares`), duplicate_rate is the share of rows that repeat an earlier one
    in all named columns, feature_correlation is the highest absolute correlation of two numeric
    features.
    """
    found = {name: quality(table, columns).value for name, quality in QUALITIES.items()}
    return {
        "rows": float(len(table)),
        "columns": float(table.shape[1]),
        "missing_rate": found["missing_rate"],
        "duplicate_rate": _duplicate_rate(table, [*columns.names, *([target] if target else [])]),
        "outlier_rate": found["outlier_rate"],
        "feature_correlation": found["feature_correlation"],
    }


def column_table(table: pd.DataFrame, *, personal: PersonalData = NOTHING_PERSONAL) -> pd.DataFrame:
    """One row per column: name, dtype, missing %, distinct, min, mean, max, top value.

    `distinct` counts values that are not missing. min, mean and max are for numbers, booleans
    and dates. The top value is the most frequent label or text if at least `SHARED_BY` rows have
    it, because a rarer one could identify a person. No `personal` values are shown.
    """
    import pandas as pd

    columns = [table.iloc[:, position] for position in range(table.shape[1])]
    return pd.DataFrame([_column_row(values, str(values.name) in personal) for values in columns])


def _column_row(values: pd.Series, masked: bool) -> dict[str, object]:
    gaps = column_stats.missing(values)
    known = values[~gaps]
    return {
        "name": str(values.name),
        "dtype": str(values.dtype),
        "missing %": round(100 * float(gaps.mean()), 2) if len(gaps) else 0.0,
        "distinct": int((known.astype(str) if _is_words(values) else known).nunique()),
        **(dict.fromkeys(("min", "mean", "max", "top value"), "") if masked else _values(known)),
    }


def _values(known: pd.Series) -> dict[str, str]:
    if _is_words(known):
        top = _top(known.astype(str).value_counts())
        return {"min": "", "mean": "", "max": "", "top value": top}
    spread = {"min": known.min(), "mean": known.mean(), "max": known.max()}
    return {**{name: _shown(value) for name, value in spread.items()}, "top value": ""}


def _is_words(values: pd.Series) -> bool:
    from pandas.api import types

    return not (types.is_numeric_dtype(values) or types.is_datetime64_any_dtype(values))


def _top(counts: pd.Series) -> str:
    if counts.empty or not is_shared(counts.iloc[0]):
        return ""
    return str(counts.index[0])[:40]


def _shown(value: Any) -> str:
    import pandas as pd

    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.isoformat(sep=" ", timespec="seconds")
    return f"{float(value):.6g}"


def _duplicate_rate(table: pd.DataFrame, names: list[str]) -> float:
    present = [name for name in names if name in table]
    if not present or table.empty:
        return 0.0
    return float(table.duplicated(present).mean())
