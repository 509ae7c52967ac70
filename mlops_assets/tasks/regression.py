"""Regression: predict a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, to_numeric
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.base import (
    ErrorPattern,
    GroupRate,
    ScoredOutcome,
    StartingGate,
    Z,
)
from mlops_assets.tasks.metrics.intervals import Estimates
from mlops_assets.tasks.metrics.regression import FORMULAS, Measured, measured
from mlops_assets.tasks.numeric_target import NumericTarget

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

LEAST_R2 = 0.1  # 0 is as good as predicting the mean


class Regression(NumericTarget):
    """Predict a number in the unit of the target."""

    name = "regression"
    headlines = ("r2",)
    metric_names = tuple(FORMULAS)
    lower_is_better = frozenset({"mae", "rmse"})
    in_target_unit = frozenset(
        {
            *lower_is_better,
            *("error", "residual", "ground_truth", "prediction"),
            *("actual", "predicted", "actual - predicted", "value"),
        }
    )

    def estimates(
        self, dataset: Dataset, predictions: pd.DataFrame, beside: Sequence[pd.DataFrame] = ()
    ) -> Estimates:
        """R², RMSE and MAE."""
        o = _measured(dataset, predictions)
        rows = len(o.ground_truth)
        return Estimates({name: (partial(it, o), rows) for name, it in FORMULAS.items()}, rows)

    def row_errors(self, dataset: Dataset, predictions: pd.DataFrame) -> np.ndarray:
        """The absolute error of each row."""
        o = _measured(dataset, predictions)
        return abs(o.ground_truth - o.predicted)

    def group_rates(self, dataset: Dataset, predictions: pd.DataFrame) -> list[GroupRate]:
        """The mean prediction, the mean error (prediction - ground truth) and the MAE."""
        import numpy as np

        o, every = _measured(dataset, predictions), np.ones(len(dataset), dtype=bool)
        error = o.predicted - o.ground_truth
        means = {
            "mean_prediction": (o.predicted, "each group has the same mean prediction"),
            "mean_error": (error, "no group is predicted too high or too low more than another"),
            "mae": (abs(error), "predictions are as far off in each group"),
        }
        return [
            GroupRate(name, f"{name}_difference", about, values, every)
            for name, (values, about) in means.items()
        ]

    def scored_outcomes(self, dataset: Dataset, predictions: pd.DataFrame) -> list[ScoredOutcome]:
        """The predicted and the actual number."""
        o = _measured(dataset, predictions)
        name = "predicted"
        return [ScoredOutcome(name, name, o.predicted, o.ground_truth, is_probability=False)]

    def error_patterns(self, dataset: Dataset, predictions: pd.DataFrame) -> list[ErrorPattern]:
        """The mean residual per quarter of the predictions; above 0 they are too low."""
        import pandas as pd

        residual = self.shown_error(dataset, predictions)
        quarters = pd.qcut(predictions["prediction"], 4, duplicates="drop")
        table = residual.groupby(quarters, observed=True).agg(["size", "mean", "sem"])
        return [
            ErrorPattern(
                f"predicted {quarter.left:.4g} to {quarter.right:.4g}",
                int(rows),
                "mean residual",
                *(float(mean), float(mean - Z * error), float(mean + Z * error)),
            )
            for quarter, rows, mean, error in table.itertuples()
        ]

    def shown_error(self, dataset: Dataset, predictions: pd.DataFrame) -> pd.Series:
        """`residual`: ground truth - predicted."""
        return (dataset.known_target() - predictions["prediction"]).rename("residual")

    def prediction_columns(self, predictions: pd.DataFrame) -> Columns:
        """The predicted number."""
        return Columns(numeric=["prediction"])

    def figures(self, dataset: Dataset, predictions: pd.DataFrame) -> dict[str, Figure]:
        """Predicted against actual values, residuals and the distribution of both."""
        from mlops_assets.tasks.figures import regression

        o = _measured(dataset, predictions)
        return {
            "predicted_versus_actual": regression.predicted_versus_actual(o),
            "residuals": regression.residuals(o),
            "score_histogram": regression.value_histogram(o),
        }

    def score_histogram(
        self, batches: Iterable[pd.DataFrame], positive: str | int | None = None
    ) -> Figure:
        """The distribution of the predicted numbers."""
        from mlops_assets.tasks.figures.scores import numbers

        return numbers(batches, "prediction")

    def error_figures(self, dataset: Dataset, predictions: pd.DataFrame) -> dict[str, Figure]:
        """The residuals."""
        from mlops_assets.tasks.figures.regression import residuals

        return {"residuals": residuals(_measured(dataset, predictions))}

    def require_learnable(self, target: pd.Series) -> None:
        """Raise `InputError` for a target with values that are not finite numbers."""
        from pandas.api import types

        if not types.is_numeric_dtype(target):
            raise InputError(
                seen=f"the target {target.name!r} has values that are not numbers, "
                f"such as {str(target.iloc[0])!r}",
                expected="numbers, for a regression",
                todo="choose another target, or classification",
            )
        to_numeric(target)

    def starting_gate(self, target: pd.Series, held_out: Callable[[int], int]) -> StartingGate:
        """R² of at least 0.1."""
        return StartingGate("r2", LEAST_R2, held_out(len(target)))


def _measured(dataset: Dataset, predictions: pd.DataFrame) -> Measured:
    return measured(dataset.known_target(), predictions)


REGRESSION = Regression()
