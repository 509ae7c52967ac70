"""Find the slices of rows, by one feature's value or quartile, where a model errs most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from mlops_assets.features.columns import Columns, Role, Task, to_categorical

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Sliced = tuple["np.ndarray", Callable[[int], str]]
"""A slice code per row, and a function that names the slice of a code."""

LEAST_ROWS = 30
WORST = 10
LONGEST = 40
Z = 1.96


def row_errors(ground_truth: pd.Series, predictions: pd.DataFrame, task: Task) -> np.ndarray:
    """The error of each row, (n,) float64: the absolute error, or 1 for a wrong label."""
    predicted = predictions["prediction"]
    if task == "regression":
        return abs(ground_truth.to_numpy("float64") - predicted.to_numpy("float64"))
    wrong = to_categorical(ground_truth).to_numpy() != to_categorical(predicted).to_numpy()
    return wrong.astype("float64")


def worst_slices(
    features: pd.DataFrame, errors: np.ndarray, columns: Columns, task: Task
) -> pd.DataFrame:
    """Find the slices of at least 30 rows that are most clearly worse than all rows.

    `features` are typed (see `columns.typed_features`), `errors` are from `row_errors`. Columns:
    slice, rows, error (the error rate for classification, else the mean absolute error), low and
    high (its 95 % interval: Wilson's for a rate, the normal one for a mean), and worse_by: how far
    low is above the error of all rows. Above 0 is significantly worse; small noisy slices rank low.
    """
    import pandas as pd

    found = [_measured(sliced, errors, task) for sliced in _slices(features, columns)]
    large = [table for table in found if len(table)]
    if not large:
        return pd.DataFrame(columns=["slice", "rows", "error", "low", "high", "worse_by"])
    table = pd.concat(large, ignore_index=True)
    table["worse_by"] = table["low"] - errors.mean()
    return table.sort_values("worse_by", ascending=False, kind="stable", ignore_index=True)[:WORST]


def wilson(share: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The 95 % score interval of a share (Wilson, 1927), which stays within [0, 1]."""
    spread = 1 + Z**2 / rows
    centre = (share + Z**2 / (2 * rows)) / spread
    half = Z / spread * (share * (1 - share) / rows + Z**2 / (4 * rows**2)) ** 0.5
    return centre - half, centre + half


def _slices(features: pd.DataFrame, columns: Columns) -> Iterator[Sliced]:
    for name, role in columns.roles():
        if role in ("boolean", "categorical"):
            yield _by_value(features[name], role)
        elif role == "numeric":
            yield _by_quartile(features[name])


def _by_value(values: pd.Series, role: Role) -> Sliced:
    import pandas as pd

    codes, distinct = pd.factorize(values)
    flags = {1.0: "true", 0.0: "false"}

    def name(code: int) -> str:
        value = distinct[code - 1]
        word = flags[value] if role == "boolean" else shown(value)
        return f"{values.name} = {word}" if code else f"{values.name} missing"

    return codes + 1, name


def _by_quartile(values: pd.Series) -> Sliced:
    """Slice into quartiles; fewer if many rows share a value."""
    import numpy as np

    numbers = values.to_numpy("float64")
    present = numbers[~np.isnan(numbers)]
    edges = np.unique(np.quantile(present, [0.25, 0.5, 0.75])) if len(present) else present
    edges = edges[edges < present.max(initial=-np.inf)]
    codes = np.where(np.isnan(numbers), 0, 1 + np.searchsorted(edges, numbers, side="left"))
    names = [f"{values.name} missing", *_range_names(str(values.name), edges.tolist())]
    return codes, names.__getitem__


def _range_names(name: str, edges: list[float]) -> list[str]:
    if not edges:
        return [f"{name} present"]
    inner = [f"{low:.4g} < {name} ≤ {high:.4g}" for low, high in pairwise(edges)]
    return [f"{name} ≤ {edges[0]:.4g}", *inner, f"{name} > {edges[-1]:.4g}"]


def _measured(sliced: Sliced, errors: np.ndarray, task: Task) -> pd.DataFrame:
    """Measure the mean error, with its interval, of each slice that is large enough."""
    import numpy as np
    import pandas as pd

    codes, name = sliced
    rows = np.bincount(codes)
    mean = np.bincount(codes, weights=errors) / np.maximum(rows, 1)
    big = np.flatnonzero(rows >= LEAST_ROWS)
    if task == "classification":
        low, high = wilson(mean[big], rows[big])
    else:
        squares = np.bincount(codes, weights=(errors - mean[codes]) ** 2)[big]
        half = Z * (squares / (rows[big] - 1) / rows[big]) ** 0.5
        low, high = mean[big] - half, mean[big] + half
    found = {"slice": [name(code) for code in big.tolist()], "rows": rows[big]}
    return pd.DataFrame({**found, "error": mean[big], "low": low, "high": high})


def shown(value: object) -> str:
    """Format a value for a table: on one line, at most 40 characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
