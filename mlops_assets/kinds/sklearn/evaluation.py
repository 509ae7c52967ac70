"""How good a pipeline is on rows it has not seen."""

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
    """The metrics of the task on the rows whose ground truth is known."""
    from mlops_assets.tasks import metrics

    predictions = predict(model, features)
    judged = metrics.evaluate(
        ground_truth.to_numpy(), predictions, task, positive=positive, seed=seed
    )
    return Evaluated(predictions, judged)
