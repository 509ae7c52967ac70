"""The task: how predicted lifetimes are judged when some rows have not ended yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlops_assets.features.columns import Columns, to_numeric
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.metrics.intervals import Estimates

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

    from mlops_assets.features.dataset import Dataset


class Survival(Task):
    """Predict a lifetime. The target is the time so far; `event` says whether it was the end."""

    name = "survival"
    headlines = ("concordance",)
    metric_names = ("concordance",)
    context_roles = MappingProxyType({"event": "boolean"})
    late_roles = frozenset({"event"})

    def typed_target(self, values: pd.Series) -> pd.Series:
        """Times as float64."""
        return to_numeric(values)

    def target_columns(self, target: str) -> Columns:
        """A numeric column."""
        return Columns(numeric=[target])

    def estimates(
        self, dataset: Dataset, predictions: pd.DataFrame, beside: Sequence[pd.DataFrame] = ()
    ) -> Estimates:
        """Harrell's concordance (1982): how often the one that ended first was predicted to."""
        import numpy as np

        time, ended = dataset.known_target().to_numpy(), dataset.of_role("event").to_numpy() == 1
        predicted = predictions["prediction"].to_numpy()
        comparable = (time[:, None] < time[None, :]) & ended[:, None]
        order = np.sign(predicted[None, :] - predicted[:, None])
        right = comparable * (order + 1) / 2
        formula = partial(_share, right, comparable.astype("float64"))
        return Estimates({"concordance": (formula, int(ended.sum()))}, len(time))

    def row_errors(self, dataset: Dataset, predictions: pd.DataFrame) -> np.ndarray:
        """How far the prediction is off, as a factor in logarithms; a survivor may live longer."""
        import numpy as np

        off = np.log(predictions["prediction"].to_numpy() / dataset.known_target().to_numpy())
        ended = dataset.of_role("event").to_numpy() == 1
        return np.where(ended, abs(off), np.maximum(-off, 0))

    def prediction_columns(self, predictions: pd.DataFrame) -> Columns:
        """The predicted median lifetime."""
        return Columns(numeric=["prediction"])

    def score_histogram(
        self, batches: Iterable[pd.DataFrame], positive: str | int | None = None
    ) -> Figure:
        """The distribution of the predicted lifetimes."""
        from mlops_assets.tasks.figures.scores import numbers

        return numbers(batches, "prediction")


def _share(right: np.ndarray, comparable: np.ndarray, weights: np.ndarray) -> np.ndarray:
    found, pairs = (((weights @ table) * weights).sum(axis=1) for table in (right, comparable))
    return found / pairs


SURVIVAL = Survival()
