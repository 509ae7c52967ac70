"""Permutation importance of the columns of a fitted pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.sklearn.predictions import feature_rows, ranks

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

MOST_ROWS = 1_000
REPEATS = 3
UNITS = {"r2": "R²", "roc_auc": "ROC AUC", "accuracy": "accuracy"}


def permuted(pipeline: Pipeline, dataset: Dataset, *, seed: int) -> pd.DataFrame:
    """Drop in score when a column is shuffled: `feature`, `importance`, `spread`.

    The score is ROC AUC for two classes, accuracy for more, R² for regression, on at most 1,000
    rows with three shuffles per column. About 0 means that the model does not need the column;
    `spread` is the standard deviation over the shuffles; `unit` says what is lost.
    Breiman, Random Forests, Machine Learning 45 (2001), 5–32.
    """
    import pandas as pd
    from sklearn.inspection import permutation_importance

    few = dataset.take(_positions(len(dataset), seed))
    rows, ground_truth = feature_rows(pipeline, few.features), few.known_target()
    scorer = _scorer(pipeline, ground_truth)
    # In one thread: for so few rows, more of them take longer
    found = permutation_importance(
        pipeline, rows, ground_truth, scoring=scorer, n_repeats=REPEATS, random_state=seed
    )
    table = pd.DataFrame(
        {
            "feature": rows.columns,
            "importance": found["importances_mean"],
            "spread": found["importances_std"],
        }
    )
    table = table.sort_values("importance", ascending=False, kind="stable", ignore_index=True)
    unit = f"loss of {UNITS[scorer]} when the column is shuffled"
    return table.assign(unit=unit)


def _positions(rows: int, seed: int):
    import numpy as np

    return np.random.default_rng(seed).permutation(rows)[:MOST_ROWS]


def _scorer(pipeline: Pipeline, ground_truth: pd.Series) -> str:
    from sklearn.base import is_regressor

    if is_regressor(pipeline):
        return "r2"
    two = len(pipeline.classes_) == ground_truth.nunique() == 2
    return "roc_auc" if two and ranks(pipeline) else "accuracy"
