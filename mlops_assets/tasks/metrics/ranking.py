"""Ranking metrics of many groups at once; tied scores count as every order of them on average.

A group is a list that is ranked, such as the candidates of a job. Each metric is a value per group,
NaN where a group has nothing relevant; of a sample of groups it is their mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from mlops_assets.tasks.metrics.classification import ratio
from mlops_assets.tasks.metrics.intervals import Estimates, OfWeights
from mlops_assets.tasks.metrics.labelled import require_no_missing

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

CUTS = (5, 10)
"""The k of NDCG@k and recall@k."""
NAMES = (
    "ndcg_at_10",
    "ndcg_at_5",
    "ndcg",
    "mrr",
    "recall_at_10",
    "recall_at_5",
)


@dataclass(frozen=True)
class Ranked:
    """Rows sorted by group and then by score, the highest first; all arrays are (n,).

    `order` are their places among the rows as they were given. Rows with the same group and score
    are one run. `gain` is the relevance of each row, 0 or more, and `group` numbers the groups from
    0 to `groups` - 1.
    """

    order: np.ndarray
    group: np.ndarray
    gain: np.ndarray
    run: np.ndarray
    groups: int

    @cached_property
    def first(self) -> np.ndarray:
        """The place of each group's first row."""
        import numpy as np

        return np.searchsorted(self.group, np.arange(self.groups))

    @cached_property
    def rank(self) -> np.ndarray:
        """The place of each row within its group, from 0."""
        import numpy as np

        return np.arange(len(self.group)) - self.first[self.group]

    @cached_property
    def run_sizes(self) -> np.ndarray:
        """The rows of each run, (runs,)."""
        import numpy as np

        return np.bincount(self.run)

    @cached_property
    def run_starts(self) -> np.ndarray:
        """The rank of the first row of each run, (runs,)."""
        import numpy as np

        return self.rank[np.cumsum(self.run_sizes) - self.run_sizes]

    def sums(self, values: np.ndarray) -> np.ndarray:
        """The sum of the values of each group, (groups,) float64."""
        import numpy as np

        return np.bincount(self.group, weights=values, minlength=self.groups)


def ranked(groups: object, relevance: object, scores: pd.Series) -> Ranked:
    """Sort the rows. Raises `InputError` if a relevance, a score or a group is missing."""
    import numpy as np
    import pandas as pd

    codes, distinct = pd.factorize(pd.Series(np.asarray(groups)), sort=True)
    gain, score = np.asarray(relevance, "float64"), np.asarray(scores, "float64")
    require_no_missing(codes < 0, "group")
    require_no_missing(~np.isfinite(gain), "relevance")
    require_no_missing(~np.isfinite(score), "prediction")
    order = np.lexsort((-score, codes))
    group, score = codes[order], score[order]
    is_new = np.append(True, (np.diff(group) != 0) | (np.diff(score) != 0))[: len(order)]
    return Ranked(order, group, gain[order], np.cumsum(is_new) - 1, len(distinct))


def estimates(it: Ranked) -> Estimates:
    """Every metric with its number of groups that count; groups are resampled.

    They are those with something relevant and at least two rows: one row is in order anyhow.
    """
    import numpy as np

    values = {"ndcg": ndcg(it, None), "mrr": mrr(it)}
    for k in CUTS:
        values |= {f"ndcg_at_{k}": ndcg(it, k), f"recall_at_{k}": recall(it, k)}
    single = np.bincount(it.group, minlength=it.groups) < 2
    values = {name: np.where(single, np.nan, of_groups) for name, of_groups in values.items()}
    formulas: dict[str, tuple[OfWeights, int]] = {
        name: (partial(_mean, values[name]), int(np.isfinite(values[name]).sum())) for name in NAMES
    }
    return Estimates(formulas, it.groups)


def ndcg(it: Ranked, k: int | None) -> np.ndarray:
    """Normalized discounted cumulative gain of the first k, (groups,): 1 is the best order.

    The gain of a row is its relevance, the discount 1 / log2(1 + rank) with ranks from 1 (Järvelin
    & Kekäläinen, ACM TOIS 20 (2002) 422-446); tied rows share their gains, as in scikit-learn's
    `ndcg_score`.
    """
    import numpy as np

    discount = _discount(it.rank, k)
    mean_gain = np.bincount(it.run, weights=it.gain) / it.run_sizes
    best = it.gain[np.lexsort((-it.gain, it.group))]
    found, ideal = it.sums(mean_gain[it.run] * discount), it.sums(best * discount)
    return ratio(found, ideal)


def recall(it: Ranked, k: int) -> np.ndarray:
    """Share of a group's relevant rows that are among its first k, (groups,): 1 is all of them."""
    import numpy as np

    relevant = (it.gain > 0).astype("float64")
    among = np.clip((k - it.run_starts) / it.run_sizes, 0, 1)
    return ratio(it.sums(relevant * among[it.run]), it.sums(relevant))


def mrr(it: Ranked) -> np.ndarray:
    """Reciprocal rank of a group's first relevant row, (groups,): 1 if it is the first of all."""
    import numpy as np

    hits = np.bincount(it.run, weights=it.gain > 0)
    of_group = np.zeros(len(hits), dtype="int64")
    of_group[it.run] = it.group
    with_hit = np.flatnonzero(hits > 0)
    groups, place = np.unique(of_group[with_hit], return_index=True)
    runs = with_hit[place]
    found = np.full(it.groups, np.nan)
    found[groups] = _reciprocal(it.run_starts[runs], it.run_sizes[runs], hits[runs])
    return found


def _reciprocal(before: np.ndarray, size: np.ndarray, hits: np.ndarray) -> np.ndarray:
    """The mean of 1 / rank of the first of `hits` rows among `size` in every order of them.

    It is the j-th of them with probability C(size - j, hits - 1) / C(size, hits).
    """
    import numpy as np

    chance, total = hits / size, np.zeros(len(size))
    for j in range(1, int((size - hits).max(initial=0)) + 2):
        total += chance / (before + j)
        left = size - j
        chance = chance * np.clip(left - hits + 1, 0, None) / np.maximum(left, 1)
    return total


def _discount(rank: np.ndarray, k: int | None) -> np.ndarray:
    import numpy as np

    discount = 1 / np.log2(rank + 2)
    return discount if k is None else np.where(rank < k, discount, 0.0)


def _mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The mean over the groups where the metric is defined, for each resample of the groups."""
    import numpy as np

    known = np.isfinite(values)
    return ratio(weights @ np.where(known, values, 0.0), weights @ known.astype("float64"))
