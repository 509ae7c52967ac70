"""Figures of a model's evaluation, safe to draw in any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.evaluation.figures import classification, regression
from mlops_assets.evaluation.figures.gates import gates
from mlops_assets.evaluation.figures.importances import importances
from mlops_assets.evaluation.figures.scores import unlabelled
from mlops_assets.features.columns import Task
from mlops_assets.tasks.metrics.labelled import labelled
from mlops_assets.tasks.metrics.regression import measured

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = [
    "evaluation",
    "gates",
    "importances",
    "score_histogram",
]


def evaluation(
    ground_truth: object, predictions: pd.DataFrame, task: Task, positive: object = None
) -> dict[str, Figure]:
    """Draw every figure that the task and the predictions allow, by file name.

    `predictions` as in `metrics.evaluate`. Raises `InputError` if a value is missing.
    """
    if task == "regression":
        numbers = measured(ground_truth, predictions)
        return {
            "predicted_versus_actual": regression.predicted_versus_actual(numbers),
            "residuals": regression.residuals(numbers),
            "score_histogram": regression.value_histogram(numbers),
        }
    o = labelled(ground_truth, predictions, positive=positive)
    figures = {"confusion_matrix": classification.confusion_matrix(o)}
    if o.probability.size:
        figures["roc_curve"] = classification.roc_curve(o)
        figures["score_histogram"] = classification.score_histogram(o)
    if o.probability.size and len(o.labels) == 2:
        figures["precision_recall"] = classification.precision_recall(o)
        figures["calibration"] = classification.calibration(o)
    return figures


def score_histogram(
    predictions: pd.DataFrame, ground_truth: object, task: Task, positive: object = None
) -> Figure:
    """Draw the distribution of the scores, by class if `ground_truth` is not None."""
    if ground_truth is None:
        return unlabelled(predictions, task, positive)
    if task == "regression":
        return regression.value_histogram(measured(ground_truth, predictions))
    return classification.score_histogram(labelled(ground_truth, predictions, positive=positive))
