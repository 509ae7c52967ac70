"""Find columns that add up to the target: a leak that no column shows alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

FITTED_ROWS, ROWS_PER_COLUMN = 2_000, 5
EXACT = 1e-7
"""Largest error of a sum, and least weight of a part, in standard deviations."""


def exact_sum(features: pd.DataFrame, target: pd.Series) -> list[str]:
    """The numeric columns whose weighted sum is the target in every row; empty if there is none.

    Weights and an offset are fitted on some rows and must hold on all that have no missing value.
    """
    from pandas.api import types

    if not types.is_numeric_dtype(target):
        return []
    known = features.loc[:, features.notna().mean() > 0.5]
    names, values, sums = _complete(known, target.astype("float64"))
    if not names or len(values) < ROWS_PER_COLUMN * (len(names) + 1) or not sums.any():
        return []
    weights = _weights(values, sums)
    if abs(values @ weights - sums).max() > EXACT:
        return []
    return [name for name, weight in zip(names, weights, strict=True) if abs(weight) > EXACT]


def _complete(
    features: pd.DataFrame, target: pd.Series
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The columns that vary, and the finite rows of columns and target in standard deviations."""
    import numpy as np

    finite = np.isfinite(features).all(axis=1) & np.isfinite(target)
    rows, sums = features[finite], target[finite]
    rows = rows.loc[:, rows.std() > 0]
    scaled = ((rows - rows.mean()) / rows.std()).to_numpy()
    return list(map(str, rows)), scaled, ((sums - sums.mean()) / (sums.std() or 1)).to_numpy()


def _weights(features: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Least squares on some rows; of columns that depend on each other, some get 0."""
    import numpy as np
    from scipy.linalg import qr, solve_triangular

    step = max(1, len(features) // max(FITTED_ROWS, ROWS_PER_COLUMN * features.shape[1]))
    q, r, order = qr(features[::step], mode="economic", pivoting=True)
    size = abs(np.diag(r))
    rank = int((size > EXACT * size.max(initial=0)).sum())
    weights = np.zeros(features.shape[1])
    weights[order[:rank]] = solve_triangular(r[:rank, :rank], q[:, :rank].T @ target[::step])
    return weights
