"""Evaluate a fitted estimator on encoded rows without scikit-learn's cost for each call.

Which one is used is not decided by the estimator's type alone: whoever loads a version compares
the answers with those of the model itself (see `serving/admission.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mlops_assets.kinds.sklearn.rows.forests import MANY, averaged_trees

Runtime = Callable[[np.ndarray], np.ndarray]
"""Encoded rows → probabilities, shape (rows, classes), or predicted numbers, shape (rows,)."""


def runtime_of(estimator: Any) -> Runtime | None:
    """A fast runtime of a fitted estimator; None if there is none for it."""
    if hasattr(estimator, "coef_") and hasattr(estimator, "intercept_"):
        return _linear(estimator)
    return _trees(estimator)


def _linear(estimator: Any) -> Runtime | None:
    weights = np.ascontiguousarray(np.atleast_2d(estimator.coef_).T)
    intercept = np.atleast_1d(estimator.intercept_)
    if not hasattr(estimator, "classes_"):
        return lambda rows: (rows @ weights + intercept)[:, 0]
    if not hasattr(estimator, "predict_proba"):
        return None
    is_binary = weights.shape[1] == 1
    return lambda rows: (_binary if is_binary else _softmax)(rows @ weights + intercept)


def _trees(estimator: Any) -> Runtime | None:
    try:
        import treelite
    except ImportError:  # the optional dependencies `serving`
        return None
    try:
        trees = treelite.sklearn.import_model(estimator)
    except (treelite.TreeliteError, NotImplementedError, ValueError):
        return None  # not an ensemble of trees that it knows
    in_float32 = hasattr(estimator, "estimators_")  # all but histogram gradient boosting
    averaged = averaged_trees(estimator)

    def predict(rows: np.ndarray, **options: bool) -> np.ndarray:
        if averaged is not None and len(rows) >= MANY:
            return averaged(rows)
        exact = rows.astype("float32").astype("float64") if in_float32 else rows
        return treelite.gtil.predict(trees, exact, nthread=1, **options).reshape(len(rows), -1)

    if not hasattr(estimator, "classes_"):
        return lambda rows: predict(rows)[:, 0]
    if len(estimator.classes_) > 2 and hasattr(estimator, "learning_rate"):
        # Its own softmax is computed in float32.
        return lambda rows: _softmax(predict(rows, pred_margin=True))
    return lambda rows: _both(predict(rows))


def _both(probabilities: np.ndarray) -> np.ndarray:
    """With the probability of the other class, if there is only that of the second."""
    if probabilities.shape[1] > 1:
        return probabilities
    return np.hstack([1 - probabilities, probabilities])


def _binary(scores: np.ndarray) -> np.ndarray:
    from scipy.special import expit

    return _both(expit(scores))


def _softmax(scores: np.ndarray) -> np.ndarray:
    from scipy.special import softmax

    return softmax(scores, axis=1)
