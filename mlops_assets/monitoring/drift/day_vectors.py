"""Short vectors of a column for each block of days, all blocks in one pass over the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.columns import Role, to_text
from mlops_assets.monitoring.drift.category_counts import CategoryCounts, names_of
from mlops_assets.monitoring.drift.histogram import Histogram
from mlops_assets.monitoring.drift.null_distribution import coarse_edges
from mlops_assets.monitoring.drift.scores import areas
from mlops_assets.monitoring.drift.text_counts import TextCounts, text_lengths, unseen_by_text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Vectors = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

CELLS = 64
"""With so many, the distance of a day is within 1 % of that from the whole histogram."""


def number_vectors(values: np.ndarray, like: Histogram, at: np.ndarray, blocks: int) -> Vectors:
    """Known and missing rows, areas and no unseen share of numbers, by block.

    `at` is the block of each value, 0 to `blocks` - 1.
    """
    import numpy as np

    there = ~np.isnan(values)
    edges = coarse_edges(like, CELLS)
    width = len(edges) + 1
    cell = np.searchsorted(edges, values[there], side="right")
    place = at[there] * width + cell
    distance = values[there] - np.concatenate([edges[:1], edges])[cell]
    counts = np.bincount(place, minlength=blocks * width).reshape(blocks, width)
    excess = np.bincount(place, distance, blocks * width).reshape(blocks, width)
    inner = np.cumsum(counts, axis=1)[:, 1:-1] * np.diff(edges) - excess[:, 1:-1]
    known = counts.sum(axis=1)
    apart = np.concatenate([-excess[:, :1], inner, -excess[:, -1:]], axis=1)
    apart /= np.maximum(known, 1)[:, None] * (like.deviation or 1.0)
    missing = np.bincount(at[~there], minlength=blocks)
    return known, missing, apart, np.zeros(blocks)


def number_vector(day: Histogram, like: Histogram) -> np.ndarray:
    """The same vector of a day's histogram, (cells,)."""
    import numpy as np

    first = np.searchsorted(like.edges, coarse_edges(like, CELLS)) + 1
    starts = np.concatenate([[0], first])
    return np.add.reduceat(areas(day), starts) / (like.deviation or 1.0)


def label_vectors(
    values: pd.Series, role: Role, like: CategoryCounts, at: np.ndarray, blocks: int
) -> Vectors:
    """Known and missing rows, shares of labels, and of labels that only this block has, by block.

    The shares are of the most frequent labels; the last is of all others.
    """
    import numpy as np
    import pandas as pd

    codes, names = names_of(values, role)
    there = codes >= 0
    known = np.bincount(at[there], minlength=blocks)
    missing = np.bincount(at[~there], minlength=blocks)
    pairs = at[there] * max(len(names), 1) + codes[there]
    found, counts = np.unique(pairs, return_counts=True)
    block, label = np.divmod(found, max(len(names), 1))
    alone = np.bincount(label, minlength=len(names))[label] == 1
    unseen = np.bincount(block[alone], counts[alone], blocks)
    shown = {name: cell for cell, name in enumerate(like.labels[: CELLS - 1])}
    width = len(shown) + 1
    cell = pd.Series(names, dtype=object).map(shown).fillna(width - 1).to_numpy(dtype=int)
    table = np.bincount(block * width + cell[label], counts, blocks * width)
    total = np.maximum(known, 1)
    return known, missing, table.reshape(blocks, width) / total[:, None], unseen / total


def label_vector(day: CategoryCounts) -> np.ndarray:
    """The same shares of a day's labels, (cells,)."""
    import numpy as np

    shown = day.counts[: CELLS - 1]
    rest = day.known - sum(shown)
    return np.array([*shown, rest], dtype="float64") / max(day.known, 1)


def text_vectors(values: pd.Series, like: TextCounts, at: np.ndarray, blocks: int) -> Vectors:
    """As `number_vectors` of the lengths of texts, with the mean share of unknown words."""
    import numpy as np

    texts = to_text(values)
    known, missing, apart, _ = number_vectors(text_lengths(texts), like.lengths, at, blocks)
    # The vocabulary is of the other half, so that these texts are as new to it as a day's.
    shares, place = unseen_by_text(texts.iloc[1::2], like), at[1::2]
    there = ~np.isnan(shares)
    rows = np.bincount(place[there], minlength=blocks)
    unseen = np.bincount(place[there], shares[there], blocks) / np.maximum(rows, 1)
    return known, missing, apart, unseen
