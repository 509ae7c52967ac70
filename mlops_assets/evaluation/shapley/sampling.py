"""Estimate Shapley values by sampling orders of the columns; their sum is exact."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

Scores = Callable[["np.ndarray", int, "np.ndarray"], "np.ndarray"]
"""The outputs, (n, outputs) float64, of mixed rows (see `MixedPredictor`)."""
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
    outputs: np.ndarray,
    row: int,
    background: np.ndarray,
    columns: int,
    *,
    passes: int,
    ends: float,
    rng: np.random.Generator,
) -> RowValues:
    """The Shapley values of row `row` of a table, against the rows `background` (m,) of it.

    `outputs` (rows, outputs) are those of the whole rows of the table.

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
        added = _added(scores, outputs, row, piece, columns, rng)
        total, base, draws = total + added, base + outputs[piece].sum(axis=0), draws + len(piece)
    values = np.asarray(total / draws)
    return RowValues(values, np.asarray(base / draws), draws, draws == passes * len(background))


def _pieces(background: np.ndarray, columns: int, passes: int) -> Iterator[np.ndarray]:
    step = max(1, PIECE // (2 * columns))
    for _ in range(passes):
        yield from (background[at : at + step] for at in range(0, len(background), step))


def _added(
    scores: Scores,
    outputs: np.ndarray,
    row: int,
    background: np.ndarray,
    columns: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """The sum over the background rows of what each column adds, (columns, outputs)."""
    import numpy as np

    order = rng.permuted(np.tile(np.arange(columns), (len(background), 1)), axis=1)
    ranks = np.concatenate([order, columns - 1 - order])  # (2 m, columns): when each is exchanged
    others = np.concatenate([background, background])
    steps = np.arange(1, columns)
    mask = (ranks[:, None, :] < steps[None, :, None]).reshape(-1, columns)
    found = np.empty((len(ranks), columns + 1, outputs.shape[1]))
    found[:, 0], found[:, -1] = outputs[others], outputs[row]
    if len(mask):
        mixed = scores(mask, row, np.repeat(others, columns - 1))
        found[:, 1:-1] = mixed.reshape(len(ranks), columns - 1, -1)
    changes = np.diff(found, axis=1)
    return np.take_along_axis(changes, ranks[:, :, None], axis=1).sum(axis=0) / 2
