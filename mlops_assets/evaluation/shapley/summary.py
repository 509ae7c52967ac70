"""What SHAP values of many rows say of each column: importance, direction, interaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.evaluation.shapley.explained import Explained
from mlops_assets.features.columns import Columns, Role

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

BINS = 5
LEAST_ROWS = 20
"""Fewer rows say nothing of an interaction."""
CLEAR = 0.3
"""A rank correlation of values and SHAP values beyond this is called a direction."""


class ColumnSummary(NamedTuple):
    """What a column does to the predictions of the explained rows.

    `importance` is the mean absolute SHAP value, `spread` its standard error. `direction` says
    whether higher values raise or lower the output; "" where there is no such order. `partner` is
    the column that most changes what this one adds, "" if there are too few rows.
    """

    column: str
    importance: float
    spread: float
    direction: str
    partner: str


def summary(found: Explained, columns: Columns) -> list[ColumnSummary]:
    """Each column, the most important first."""
    import numpy as np

    roles, rows = dict(columns.roles()), len(found)
    codes = np.stack([ordered(found.features[it], roles[it]) for it in found.columns], axis=1)
    ranks = ranked(codes)
    size = np.abs(found.values)
    error = size.std(axis=0, ddof=1) / rows**0.5 if rows > 1 else size.mean(axis=0) * 0
    made = [
        ColumnSummary(
            name,
            float(size[:, at].mean()),
            float(error[at]),
            _direction(ranks[:, at], found.values[:, at], roles[name]),
            partner_of(at, found.values[:, at], ranks, found.columns),
        )
        for at, name in enumerate(found.columns)
    ]
    return sorted(made, key=lambda it: -it.importance)


def ordered(values: pd.Series, role: Role) -> np.ndarray:
    """The values as numbers, (n,) float64, NaN where missing.

    Labels are numbered from the most frequent, texts by their length.
    """
    import numpy as np

    if role in ("numeric", "boolean"):
        return values.to_numpy("float64")
    if role == "date":
        days = values.to_numpy("datetime64[ns]").astype("int64") / 86_400e9
        return np.where(values.isna(), np.nan, days)
    if role == "text":
        return values.fillna("").str.len().to_numpy("float64")
    places = {label: at for at, label in enumerate(values.value_counts().index)}
    return values.map(places).to_numpy("float64")


def ranked(codes: np.ndarray) -> np.ndarray:
    """The rank of each known value in its column, minus the mean rank; 0 where missing."""
    import numpy as np
    from scipy.stats import rankdata

    known = np.isfinite(codes)
    ranks = np.where(known, rankdata(np.where(known, codes, np.inf), axis=0), 0.0)
    mean = ranks.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(known, ranks - mean, 0.0)


def partner_of(at: int, added: np.ndarray, ranks: np.ndarray, columns: Sequence[str]) -> str:
    """The column whose values go most with what column `at` adds, among rows alike in it.

    Within five groups of rows of similar values, the absolute correlation of the ranks of each
    other column with those of the SHAP values, weighted by rows: what `approximate_interactions` of
    the package shap does, with ranks.
    """
    import numpy as np

    if len(added) < LEAST_ROWS or len(columns) < 2:
        return ""
    of_added, strength = ranked(added[:, None])[:, 0], np.zeros(len(columns))
    for rows in _groups(ranks[:, at]):
        strength += len(rows) * abs(_correlations(ranks[rows], of_added[rows]))
    strength[at] = -1
    return columns[int(strength.argmax())]


def _groups(ranks: np.ndarray) -> list[np.ndarray]:
    """The rows in at most five groups of similar values."""
    import numpy as np

    edges = np.unique(np.quantile(ranks, np.linspace(0, 1, BINS + 1)[1:-1]))
    which = np.searchsorted(edges, ranks, side="left")
    return [np.flatnonzero(which == it) for it in np.unique(which)]


def _direction(ranks: np.ndarray, added: np.ndarray, role: Role) -> str:
    if role not in ("numeric", "boolean", "date"):
        return ""
    (found,) = _correlations(ranks[:, None], ranked(added[:, None])[:, 0])
    return "" if abs(found) < CLEAR else "raises" if found > 0 else "lowers"


def _correlations(ranks: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The correlation of each column of `ranks` (n, columns) with `others` (n,); 0 if undefined."""
    import numpy as np

    one, other = ranks - ranks.mean(axis=0), others - others.mean()
    size = np.sqrt((one**2).sum(axis=0) * (other**2).sum())
    return np.divide(other @ one, size, out=np.zeros(one.shape[1]), where=size > 0)
