"""Null distribution of the drift scores: days without drift, simulated from the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.histogram import Histogram, positions
from mlops_assets.monitoring.drift.scores import jensen_shannon_rows

if TYPE_CHECKING:
    import numpy as np

DRAWS = 6_000
CELLS = 128
OUTER = 40
TAIL_CELLS = 10
MAX_TAIL_INDEX = 0.9
LABEL_CELLS = 2_000_000


def effective_rows(rows: float, reference_rows: float) -> float:
    """Effective sample size of comparing a day with a reference, both of finite size."""
    return rows * reference_rows / max(rows + reference_rows, 1)


def null_wasserstein(reference: Histogram, rows: int, seed: int) -> np.ndarray:
    """(draws,) Wasserstein scores of samples of `rows` rows from the reference."""
    import numpy as np

    size = max(1, int(effective_rows(rows, reference.known)))
    edges = coarse_edges(reference)
    values, shares = grouped(*positions(reference), edges)
    drawn, chances = with_tails(values, shares, reference.known)
    counts = np.random.default_rng(seed).multinomial(size, chances, size=DRAWS)
    apart = counts @ (point_areas(drawn, edges) / size) - shares @ point_areas(values, edges)
    return np.abs(apart).sum(axis=1) / reference.deviation


def grouped(
    values: np.ndarray, shares: np.ndarray, edges: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Values and shares pooled between `edges`, except for the outermost, which matter most."""
    import numpy as np

    first = np.unique(np.searchsorted(edges, values, side="right"), return_index=True)[1]
    outer = np.arange(min(OUTER, len(values)))
    starts = np.unique(np.concatenate([first, outer, len(values) - 1 - outer]))
    mass = np.add.reduceat(shares, starts)
    return np.add.reduceat(shares * values, starts) / mass, mass


def with_tails(
    values: np.ndarray, shares: np.ndarray, reference_rows: int
) -> tuple[np.ndarray, np.ndarray]:
    """Values and probabilities, extended beyond the reference's lowest and highest values.

    Each tail has a probability of about 1 / `reference_rows` and follows a power law with Hill's
    (1975) estimate of the index, because days of a heavy-tailed column have such values.
    """
    import numpy as np

    centre = values[np.searchsorted(np.cumsum(shares), 0.5).clip(0, len(values) - 1)]
    upper = centre + _beyond(values - centre, shares)
    lower = centre - _beyond((centre - values)[::-1], shares[::-1])
    tail = 2.0 ** -np.arange(1, TAIL_CELLS + 1) / max(reference_rows, 1)
    chances = np.concatenate([tail, shares, tail])
    return np.concatenate([lower, values, upper]), chances / chances.sum()


def _beyond(distances: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Distances beyond the largest of `distances`, ascending, with halving probabilities."""
    import numpy as np

    outer = distances[-OUTER:]
    start = outer[0] if outer[0] > 0 else outer[-1]
    if start <= 0:
        return np.full(TAIL_CELLS, outer[-1])
    weights, logs = shares[-OUTER:], np.log(np.maximum(outer, start) / start)
    index = min(float(weights @ logs / weights.sum()), MAX_TAIL_INDEX)
    return outer[-1] * 2.0 ** (index * (np.arange(1, TAIL_CELLS + 1) - 0.5))


def coarse_edges(reference: Histogram, cells: int = CELLS) -> np.ndarray:
    """About `cells` of the edges, with about equal sampling error between neighbours."""
    import numpy as np

    edges = np.asarray(reference.edges)
    if len(edges) <= cells:
        return edges
    error = np.concatenate([[0.0], np.cumsum(spread(reference))])
    chosen = np.searchsorted(error, np.linspace(0, error[-1], cells))
    return edges[np.unique(chosen.clip(0, len(edges) - 1))]


def spread(reference: Histogram) -> np.ndarray:
    """√(F (1 - F)) times the width of each inner cell: its contribution to the expected score."""
    import numpy as np

    below = np.cumsum(reference.counts)[:-2] + np.asarray(reference.counts[1:-1]) / 2
    share = below / max(reference.known, 1)
    return np.sqrt(np.maximum(share * (1 - share), 0)) * np.diff(reference.edges)


def point_areas(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The contribution of one row at each value to `scores.areas`, (values, len(edges) + 1)."""
    import numpy as np

    left, right = edges[None, :-1], edges[None, 1:]
    at = values[:, None]
    inner = np.clip(right - at, 0, right - left)
    below = np.maximum(edges[0] - at, 0)
    above = np.minimum(edges[-1] - at, 0)
    return np.concatenate([below, inner, above], axis=1)


def null_mean(reference: Histogram, rows: int, seed: int) -> np.ndarray:
    """(draws,) excess of the mean of `rows` rows over the reference's mean, at least 0."""
    import numpy as np

    size = max(1, int(effective_rows(rows, reference.known)))
    values, shares = positions(reference)
    counts = np.random.default_rng(seed).multinomial(size, shares / shares.sum(), size=DRAWS)
    return np.maximum(counts @ values / size - reference.mean, 0)


def null_jensen_shannon(reference: CategoryCounts, rows: int, seed: int) -> np.ndarray:
    """(draws,) Jensen–Shannon distances between samples of `rows` and of `reference.known`."""
    import numpy as np

    shares = label_shares(reference)
    draws = max(2_000, min(DRAWS, LABEL_CELLS // len(shares)))
    rng = np.random.default_rng(seed)
    one = rng.multinomial(reference.known, shares, size=draws)
    other = rng.multinomial(rows, shares, size=draws)
    return jensen_shannon_rows(one, other)


def label_shares(reference: CategoryCounts) -> np.ndarray:
    """The probability of each label and, in the last position, of an unseen label."""
    import numpy as np

    new = max(reference.others, reference.rare / 2, 0.5)
    weights = np.array([*reference.counts, new], dtype="float64")
    return weights / weights.sum()
