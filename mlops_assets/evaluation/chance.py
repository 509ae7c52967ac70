"""What chance explains: permutation tests of means, and corrections for many tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LEVEL = 0.05
"""The level of a family of tests: what has a smaller corrected p-value is more than chance."""
PERMUTATIONS = 1_999
CELLS = 15_000_000
"""With more rows than fit into this there are fewer permutations, but at least 399."""
LEAST_PERMUTATIONS = 399
CHUNK_CELLS = 1_500_000


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Correct p-values for their number (Holm, 1979): below 5 % at most once in 20 families.

    None, a test that could not be made, stays and does not count.
    """
    order = sorted((p, at) for at, p in enumerate(p_values) if p is not None)
    corrected, least = list(p_values), 0.0
    for rank, (p, at) in enumerate(order):
        least = max(least, min(1.0, p * (len(order) - rank)))
        corrected[at] = least
    return corrected


def permutations_for(rows: int) -> int:
    """How often rows are permuted: 1,999 times up to 7,500 rows, then fewer."""
    return min(PERMUTATIONS, max(LEAST_PERMUTATIONS, CELLS // max(rows, 1)))


def group_p_value(values: np.ndarray, codes: np.ndarray, *, seed: int) -> float:
    """Test by permutation whether the mean of `values` (n,) is the same in all groups `codes`.

    The statistic is the largest distance of a group's mean from that of all rows, in standard
    errors. The p-value is exact whatever the distribution; 1 if all values are equal.
    """
    import numpy as np

    _, codes, sizes = np.unique(codes, return_inverse=True, return_counts=True)
    sums = np.bincount(codes, weights=values)
    if np.ptp(values) == 0 or len(sizes) < 2:
        return 1.0
    drawn = permuted_sums(values, sizes, np.random.default_rng(seed))
    error = (1 / sizes - 1 / len(values)) ** 0.5
    statistic = (abs(np.vstack([sums, drawn]) / sizes - values.mean()) / error).max(axis=1)
    return share_at_least(statistic[1:], statistic[0])


def share_at_least(drawn: np.ndarray, seen: float) -> float:
    """The p-value of a permutation test; what is seen counts as one of the permutations."""
    import numpy as np

    reached = np.count_nonzero(drawn >= seen * (1 - 1e-12))
    return float((1 + reached) / (1 + len(drawn)))


def permuted_sums(values: np.ndarray, sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The sums of groups of these sizes, (permutations, groups), with the values permuted.

    `values` (n,) have as many elements as all groups together. 0 and 1 are drawn without permuting
    them, because the distribution of their sums is known.
    """
    import numpy as np

    if np.isin(values, (0.0, 1.0)).all():
        ones = int(values.sum())
        drawn = rng.multivariate_hypergeometric(sizes, ones, PERMUTATIONS, method="marginals")
        return drawn.astype("float64")
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return np.concatenate([np.add.reduceat(it, starts, axis=1) for it in _permuted(values, rng)])


def _permuted(values: np.ndarray, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Permutations of `values` (n,), in chunks of shape (some permutations, n)."""
    import numpy as np

    left, step = permutations_for(len(values)), max(1, CHUNK_CELLS // len(values))
    while left > 0:
        yield rng.permuted(np.tile(values, (min(step, left), 1)), axis=1)
        left -= step


def p_text(p_value: float | None) -> str:
    """`0.031`, `< 0.001`, or nothing without a test."""
    if p_value is None:
        return ""
    return "< 0.001" if p_value < 0.001 else f"{p_value:.2g}"
