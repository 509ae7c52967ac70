"""Regression metrics, each computed over many resamples at once.

They map weights (resamples, n) to values (resamples,); NaN where a metric is undefined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.tasks.metrics.classification import ratio, weighted_mean
from mlops_assets.tasks.metrics.labelled import require_no_missing

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class Measured:
    """A regression's predictions for n rows, with the ground truth, in the target's unit."""

    ground_truth: np.ndarray  # (n,) float64
    predicted: np.ndarray  # (n,) float64


def measured(ground_truth: object, predictions: pd.DataFrame) -> Measured:
    """Convert results to numbers. Raises `InputError` if a true value or prediction is missing."""
    import numpy as np

    true = np.asarray(ground_truth, dtype="float64")
    predicted = predictions["prediction"].to_numpy(dtype="float64")
    require_no_missing(~np.isfinite(true), "ground truth")
    require_no_missing(~np.isfinite(predicted), "prediction")
    return Measured(ground_truth=true, predicted=predicted)


def mae(o: Measured, weights: np.ndarray) -> np.ndarray:
    """Mean absolute error in the target's unit: 0 is perfect."""
    return weighted_mean(abs(o.ground_truth - o.predicted), weights)


def rmse(o: Measured, weights: np.ndarray) -> np.ndarray:
    """Root mean squared error in the target's unit: 0 is perfect."""
    return weighted_mean((o.ground_truth - o.predicted) ** 2, weights) ** 0.5


def r2(o: Measured, weights: np.ndarray) -> np.ndarray:
    """Share of the variance explained: 0 is as good as predicting the mean, 1 is perfect.

    Undefined if the ground truth is constant.
    """
    import numpy as np

    # Centred on the median, a constant target is exactly 0 and large offsets lose no precision.
    centred = o.ground_truth - np.median(o.ground_truth)
    square = weighted_mean(centred**2, weights)
    spread = square - weighted_mean(centred, weights) ** 2
    spread[spread <= 1e-12 * square] = 0
    return 1 - ratio(weighted_mean((o.ground_truth - o.predicted) ** 2, weights), spread)


FORMULAS = {"r2": r2, "rmse": rmse, "mae": mae}
