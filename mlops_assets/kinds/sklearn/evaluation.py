"""Evaluate a fitted pipeline on held-out rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.columns import Task
from mlops_assets.kinds.base import Evaluated
from mlops_assets.kinds.sklearn.predictions import predict

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline


def evaluate(
    model: Pipeline,
    features: pd.DataFrame,
    ground_truth: pd.Series,
    task: Task,
    *,
    positive: object,
    seed: int,
) -> Evaluated:
    """Compute the task's metrics on the rows with known ground truth."""
    from mlops_assets.tasks import metrics

    predictions = predict(model, features)
    values = metrics.evaluate(
        ground_truth.to_numpy(), predictions, task, positive=positive, seed=seed
    )
    return Evaluated(predictions, values)
