"""The quality of a table in three numbers, each from 0 (good) to 1, with what stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.data.profile import column_stats
from mlops_assets.features.columns import Columns

if TYPE_CHECKING:
    import pandas as pd

BOUNDS: Mapping[str, float] = MappingProxyType(
    {"missing_rate": 0.05, "outlier_rate": 0.01, "feature_correlation": 0.8}
)
"""What each is compared with unless `gates: {data: …}` says otherwise; more only warns then."""


class Quality(NamedTuple):
    """A number of the table, and in words what was seen and in which column most."""

    value: float
    observed: str


def missing_rate(table: pd.DataFrame, columns: Columns) -> Quality:
    """The share of missing values over all feature columns."""
    return missing_of(column_stats.missing_shares(table, columns))


def missing_of(shares: pd.Series) -> Quality:
    """The same, given the share of missing values of each feature."""
    words = f"{percent(_mean(shares))} of the feature values are missing{_worst(shares)}"
    return Quality(_mean(shares), words)


def outlier_rate(table: pd.DataFrame, columns: Columns) -> Quality:
    """The share of numbers far outside the usual range of their column (`column_stats.fences`)."""
    shares = column_stats.outlier_shares(table, columns.numeric)
    words = f"{percent(_mean(shares))} of the numbers are outliers{_worst(shares)}"
    return Quality(_mean(shares), words)


def feature_correlation(table: pd.DataFrame, columns: Columns) -> Quality:
    """The highest absolute Pearson correlation of two numeric features; 0 without two that vary."""
    pair = column_stats.strongest_pair(column_stats.correlations(table, columns.numeric))
    if pair is None:
        return Quality(0.0, "no two vary")
    return Quality(abs(pair[2]), f"{pair[0]!r} and {pair[1]!r} correlate {pair[2]:+.2f}")


QUALITIES: Mapping[str, Callable[[pd.DataFrame, Columns], Quality]] = MappingProxyType(
    {it.__name__: it for it in (missing_rate, outlier_rate, feature_correlation)}
)


def percent(share: float) -> str:
    """A share of 0.056 as `5.6 %`."""
    return f"{100 * share:.3g} %"


def _mean(shares: pd.Series) -> float:
    return float(shares.mean()) if len(shares) else 0.0


def _worst(shares: pd.Series) -> str:
    if _mean(shares) == 0:
        return ""
    return f", most in {shares.idxmax()!r} ({percent(shares.max())})"
