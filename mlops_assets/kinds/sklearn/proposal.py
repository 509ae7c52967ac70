"""The estimator that `mlops-assets new` proposes."""

from __future__ import annotations

from typing import Any

from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION

LARGE_TABLE = 10_000
ENDINGS = {CLASSIFICATION: "Classifier", REGRESSION: "Regressor"}
"""The tasks of which `mlops-assets new` writes a model, with the ending of their estimators."""


def estimator_for(task: Task, rows: int) -> tuple[str, dict[str, Any]]:
    """A random forest below 10,000 rows, boosted trees above: both do well without tuning."""
    if rows < LARGE_TABLE:
        params = {"n_estimators": 200, "min_samples_leaf": 2}
        return f"sklearn.ensemble.RandomForest{ENDINGS[task]}", params
    params = {"learning_rate": 0.05, "max_iter": 200}
    return f"sklearn.ensemble.HistGradientBoosting{ENDINGS[task]}", params
