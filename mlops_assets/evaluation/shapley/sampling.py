"""Estimate Shapley values by sampling orders of the columns; their sum is exact."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

Scores = Callable[["np.ndarray"], "np.ndarray"]
"""From rows, (n, columns) int, to their outputs, (n, outputs) float64. A row says for each column
which row of a pool its value is taken from."""
PIECE = 5_000
"""About how many rows are predicted between two looks at the clock."""


class RowValues(NamedTuple):
    """The Shapley values of one row.

    `values` (columns, outputs) add up to the row's output minus `base` (outputs,), which is the
    mean output of the background rows. `draws` counts the pairs of orders; `complete` is False if
    the time ended before all of them, and then `base` is that of the background rows reached.
    """

    values: np.ndarray
    base: np.ndarray
    draws: int
    complete: bool


def row_values(
    scores: Scores,
    row: int,
    background: np.ndarray,
    columns: int,
    *,
    passes: int,
    ends: float,
    rng: np.random.Generator,
) -> RowValues:
    """The Shapley values of row `row` of the pool, against the rows `background` (m,) of it.

    For each background row and pass, the columns are exchanged for those of the row one after the
    other, in a random order and in the reverse of it; what a column changes is what it adds. The
    mean over random orders is unbiased (Štrumbelj & Kononenko, JMLR 11 (2010) 1-18; the values are
    those of Lundberg & Lee, NeurIPS 2017, with columns outside of a coalition from the background),
    and reverse orders cancel much of the noise (Mitchell et al., JMLR 23 (2022) 43). For a sum of
    one function per column each single order is exact. At least one piece is done, however late.
    """
    import numpy as np

    total, base, draws = 0.0, 0.0, 0
    pieces = list(_pieces(background, columns, passes))
    for number, piece in enumerate(pieces):
        if number and time.monotonic() > ends:
            break
        added, before = _added(scores, row, piece, columns, rng)
        total, base, draws = total + added, base + before, draws + len(piece)
    values = np.asarray(total / draws)
    return RowValues(values, np.asarray(base / draws), draws, draws == passes * len(background))


def _pieces(background: np.ndarray, columns: int, passes: int) -> Iterator[np.ndarray]:
    step = max(1, PIECE // (2 * columns))
    for _ in range(passes):
        yield from (background[at : at + step] for at in range(0, len(background), step))


def _added(
    scores: Scores, row: int, background: np.ndarray, columns: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The sums over background rows of what columns add, (columns, outputs), and of outputs."""
    import numpy as np

    order = rng.permuted(np.tile(np.arange(columns), (len(background), 1)), axis=1)
    ranks = np.concatenate([order, columns - 1 - order])  # (2 m, columns): when each is exchanged
    others = np.concatenate([background, background])
    steps = np.arange(columns + 1)
    taken = ranks[:, None, :] < steps[None, :, None]  # (2 m, steps, columns)
    chosen = np.where(taken, row, others[:, None, None]).reshape(-1, columns)
    found = scores(chosen).reshape(len(ranks), columns + 1, -1)
    changes = np.diff(found, axis=1)
    added = np.take_along_axis(changes, ranks[:, :, None], axis=1)
    return added.sum(axis=0) / 2, found[: len(background), 0].sum(axis=0)
