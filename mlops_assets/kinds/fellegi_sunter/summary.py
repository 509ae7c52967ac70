"""Summary statistics of a linkage that need no ground truth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def prediction_summary(decisions: pd.DataFrame) -> dict[str, float]:
    """Counts and shares of a table of decisions, one row per record; shares of no rows are NaN.

    `match_rate` is the share of records in a cluster with others, `review_share` the share of
    records that need a manual review.
    """
    sizes = decisions.groupby("prediction").size()
    rows = len(decisions)
    return {
        "match_pairs": int((sizes * (sizes - 1) // 2).sum()),
        "match_rate": float((decisions["cluster_size"] > 1).mean()) if rows else math.nan,
        "review_share": float((decisions["decision"] == "review").mean()) if rows else math.nan,
        "clusters": len(sizes),
        "largest_cluster": int(sizes.max()) if rows else 0,
    }
