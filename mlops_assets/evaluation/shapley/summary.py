"""What SHAP values of many rows say of each column: importance, direction, interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.evaluation.shapley.explainer import Explained
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
    codes = {name: ordered(found.features[name], roles[name]) for name in found.columns}
    size = np.abs(found.values)
    error = size.std(axis=0, ddof=1) / rows**0.5 if rows > 1 else size.mean(axis=0) * 0
    made = [
        ColumnSummary(
            name,
            float(size[:, at].mean()),
            float(error[at]),
            _direction(codes[name], found.values[:, at], roles[name]),
            partner_of(name, found.values[:, at], codes),
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


def partner_of(name: str, added: np.ndarray, codes: dict[str, np.ndarray]) -> str:
    """The column whose values go most with what `name` adds, among rows alike in `name`.

    Within five groups of rows of similar values, the absolute rank correlation of each other column
    with the SHAP values, weighted by rows: what `approximate_interactions` of the package shap
    does, with ranks.
    """
    if len(added) < LEAST_ROWS:
        return ""
    groups = _groups(codes[name])
    strength = {
        other: sum(
            len(rows) * abs(_correlation(codes[other][rows], added[rows])) for rows in groups
        )
        for other in codes
        if other != name
    }
    return max(strength, key=lambda it: strength[it]) if strength else ""


def _groups(codes: np.ndarray) -> list[np.ndarray]:
    """The rows in at most five groups of similar values; missing ones are last."""
    import numpy as np

    edges = (
        np.unique(np.nanquantile(codes, np.linspace(0, 1, BINS + 1)[1:-1]))
        if (np.isfinite(codes).any())
        else np.zeros(0)
    )
    which = np.searchsorted(edges, codes, side="left")
    return [np.flatnonzero(which == it) for it in np.unique(which)]


def _direction(codes: np.ndarray, added: np.ndarray, role: Role) -> str:
    if role not in ("numeric", "boolean", "date"):
        return ""
    found = _correlation(codes, added)
    return "" if abs(found) < CLEAR else "raises" if found > 0 else "lowers"


def _correlation(codes: np.ndarray, added: np.ndarray) -> float:
    """Spearman's rank correlation of the known values; 0 where it is undefined."""
    import numpy as np
    from scipy.stats import rankdata

    known = np.isfinite(codes)
    one, other = rankdata(codes[known]), rankdata(added[known])
    if len(one) < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
