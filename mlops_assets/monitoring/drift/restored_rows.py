"""Live rows as they would be if one column were distributed as in the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.columns import Role
from mlops_assets.monitoring.drift.category_counts import CategoryCounts, names_of
from mlops_assets.monitoring.drift.histogram import Histogram, positions
from mlops_assets.monitoring.drift.table_profile import ColumnProfile

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def restored(
    rows: pd.DataFrame, column: str, role: Role, like: ColumnProfile, seed: int = 0
) -> pd.DataFrame | None:
    """Typed `rows` whose `column` is distributed as in the profile `like`, with as many missing.

    Numbers keep their order: each becomes the value of the same rank in the reference. Of labels,
    rows are repeated or left out, because another label would not fit the rest of its row; labels
    that no row has cannot come back. None for dates, texts, or without any value.
    """
    values = rows[column]
    if not like.known or not values.notna().any():
        return None
    if isinstance(like, Histogram) and role == "numeric":
        return rows.assign(**{column: _numbers(values.to_numpy(dtype="float64"), like, seed)})
    if isinstance(like, CategoryCounts):
        return rows.iloc[_repeated(*names_of(values, role), like)]
    return None


def _numbers(values: np.ndarray, like: Histogram, seed: int) -> np.ndarray:
    import numpy as np

    rng, missing = np.random.default_rng(seed), np.isnan(values)
    # Missing values come last; in case the reference has fewer, they get any rank.
    order = np.lexsort([rng.random(len(values)), values])[: (~missing).sum()]
    ranks = rng.random(len(values))
    ranks[order] = (np.arange(len(order)) + 0.5) / len(order)
    at, shares = positions(like)
    sums = np.cumsum(shares)
    found = at[np.searchsorted(sums, ranks * sums[-1]).clip(0, len(at) - 1)]
    goal = round(len(values) * like.missing / (like.known + like.missing))
    first = rng.random(len(values)) + missing  # those that are missing stay so
    found[np.argsort(-first)[:goal]] = np.nan
    return found


def _repeated(codes: np.ndarray, names: list[str], like: CategoryCounts) -> np.ndarray:
    """Positions of as many rows, in which each label, and a missing one, has its share."""
    import numpy as np

    wanted = dict(zip(like.labels, like.counts, strict=True))
    counts = np.array([*(wanted.get(name, 0) for name in names), like.missing], dtype="float64")
    places = [np.flatnonzero(codes == code) for code in [*range(len(names)), -1]]
    counts[[len(it) == 0 for it in places]] = 0
    goals = np.rint(counts / max(counts.sum(), 1) * len(codes)).astype(int)
    chosen = [
        it[np.linspace(0, len(it), goal, endpoint=False).astype(int)]
        for it, goal in zip(places, goals, strict=True)
        if goal
    ]
    return np.sort(np.concatenate(chosen)) if chosen else np.arange(len(codes))
