"""Find the slices of rows, by one feature's value or quartile, where a model errs most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from mlops_assets.features.columns import Role
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.base import Task

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Sliced = tuple["np.ndarray", Callable[[int], str]]
"""A slice code per row, and a function that names the slice of a code."""

LEAST_ROWS = 30
WORST = 10
LONGEST = 40


def worst_slices(dataset: Dataset, predictions: pd.DataFrame, task: Task) -> pd.DataFrame:
    """Find the slices of at least 30 rows that are most clearly worse than all rows.

    By each of its columns. Columns: slice, rows, error (the mean of `Task.row_errors`),
    low and high (its 95 % interval, see `Task.error_interval`), and worse_by: how far low is above
    the error of all rows. Above 0 is significantly worse; small noisy slices rank low.
    """
    import pandas as pd

    errors = task.row_errors(dataset, predictions)
    found = [_measured(sliced, errors, task) for sliced in sliced_columns(dataset)]
    large = [table for table in found if len(table)]
    if not large:
        return pd.DataFrame(columns=["slice", "rows", "error", "low", "high", "worse_by"])
    table = pd.concat(large, ignore_index=True)
    table["worse_by"] = table["low"] - errors.mean()
    return table.sort_values("worse_by", ascending=False, kind="stable", ignore_index=True)[:WORST]


def sliced_columns(dataset: Dataset) -> Iterator[Sliced]:
    """The slices by each boolean, categorical and numeric column; the latter by quartiles."""
    features = dataset.features
    for name, role in dataset.columns.roles():
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
    squares = np.bincount(codes, weights=(errors - mean[codes]) ** 2)[big]
    deviation = (squares / (rows[big] - 1)) ** 0.5
    low, high = task.error_interval(mean[big], deviation, rows[big])
    found = {"slice": [name(code) for code in big.tolist()], "rows": rows[big]}
    return pd.DataFrame({**found, "error": mean[big], "low": low, "high": high})


def shown(value: object) -> str:
    """Format a value for a table: on one line, at most 40 characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
