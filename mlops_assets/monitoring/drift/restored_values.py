"""Give the values of a live column the distribution that the reference has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.columns import Role
from mlops_assets.monitoring.drift.category_counts import CategoryCounts, names_of
from mlops_assets.monitoring.drift.histogram import Histogram, positions
from mlops_assets.monitoring.drift.table_profile import ColumnProfile

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

FLAGS = {"true": 1.0, "false": 0.0}


def restored(values: pd.Series, role: Role, like: ColumnProfile, seed: int = 0) -> pd.Series | None:
    """Typed `values` with as many missing ones, and distributed, as in the profile `like`.

    Numbers keep their order: each becomes the value of the same rank in the reference. Of labels,
    as few rows as possible get another one. None for dates, texts and a reference without values.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    if not like.known:
        return None
    if isinstance(like, Histogram) and role == "numeric":
        return _numbers(values, like, rng)
    if isinstance(like, CategoryCounts):
        return _labels(values, role, like, rng)
    return None


def _numbers(values: pd.Series, like: Histogram, rng: np.random.Generator) -> pd.Series:
    import numpy as np
    import pandas as pd

    numbers = values.to_numpy(dtype="float64")
    missing = np.isnan(numbers)
    # Missing values come last; in case the reference has fewer, they get any rank.
    order = np.lexsort([rng.random(len(numbers)), numbers])[: (~missing).sum()]
    ranks = rng.random(len(numbers))
    ranks[order] = (np.arange(len(order)) + 0.5) / max(len(order), 1)
    at, shares = positions(like)
    sums = np.cumsum(shares)
    found = at[np.searchsorted(sums, ranks * sums[-1]).clip(0, len(at) - 1)]
    found[_missing(missing, like, rng)] = np.nan
    return pd.Series(found, values.index, name=values.name)


def _labels(
    values: pd.Series, role: Role, like: CategoryCounts, rng: np.random.Generator
) -> pd.Series:
    import numpy as np
    import pandas as pd

    codes, names = names_of(values, role)
    missing = _missing(codes < 0, like, rng)
    label = np.array([*names, None], dtype=object)[codes]
    label[missing] = None
    known = np.flatnonzero(~missing)
    goal = _whole(np.asarray(like.counts) / max(sum(like.counts), 1), len(known))
    left = dict(zip(like.labels, goal.tolist(), strict=True))
    free = []
    for row in rng.permutation(known).tolist():
        if left.get(label[row], 0):
            left[label[row]] -= 1
        else:
            free.append(row)
    wanted = [name for name, count in left.items() for _ in range(count)]
    label[free] = np.array(wanted, dtype=object)[rng.permutation(len(wanted))]
    made = pd.Series(label, values.index, dtype=object, name=values.name)
    return made.map(FLAGS).astype("float64") if role == "boolean" else made


def _missing(missing: np.ndarray, like: ColumnProfile, rng: np.random.Generator) -> np.ndarray:
    """Which rows are missing, so that as large a share is as in the reference; (rows,) bool."""
    import numpy as np

    goal = round(len(missing) * like.missing / max(like.known + like.missing, 1))
    drawn = rng.random(len(missing)) + missing  # those that are missing come first
    chosen = np.zeros(len(missing), dtype=bool)
    chosen[np.argsort(-drawn)[:goal]] = True
    return chosen


def _whole(shares: np.ndarray, rows: int) -> np.ndarray:
    """Counts that sum to `rows`, nearest to the shares."""
    import numpy as np

    counts = np.floor(shares * rows).astype(int)
    rest = shares * rows - counts
    counts[np.argsort(-rest)[: rows - counts.sum()]] += 1
    return counts
