"""The metrics of a raw table's profile."""

from __future__ import annotations

from mlops_assets.data.profile import quality
from mlops_assets.data.profile.counted_table import CountedTable


def profile(counted: CountedTable) -> dict[str, float]:
    """Metrics of the raw table: rows, columns, and rates from 0 to 1, where 0 is good.

    missing_rate and outlier_rate are over all feature values (outliers: see
    `column_stats.outlier_shares`), duplicate_rate is the share of rows that repeat an earlier one
    in all named columns, feature_correlation is the highest absolute correlation of two numeric
    features. Outliers and correlations are those of the spaced rows.
    """
    spaced, columns = counted.spaced, counted.columns
    return {
        "rows": float(counted.rows),
        "columns": float(len(counted.column_counts)),
        "missing_rate": quality.missing_of(counted.missing_shares).value,
        "duplicate_rate": counted.duplicate_rate,
        "outlier_rate": quality.outlier_rate(spaced, columns).value,
        "feature_correlation": quality.feature_correlation(spaced, columns).value,
    }
