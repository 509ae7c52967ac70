"""What the package `shap` explains of an estimator, and in which unit."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC

from mlops_assets.kinds.sklearn.shap_package.values import explained_output

ROWS = np.random.default_rng(0).normal(size=(60, 3))


@pytest.mark.parametrize(
    ("estimator", "labels", "unit", "outputs"),
    [
        (RandomForestClassifier(2), 3, "probability", 3),
        (LogisticRegression(), 2, "log odds", 1),
        (LogisticRegression(), 3, "score", 3),
        (GradientBoostingClassifier(n_estimators=2), 2, "log odds", 1),
        (GradientBoostingClassifier(n_estimators=2, loss="exponential"), 2, "score", 1),
        (LinearSVC(), 2, "score", 1),
        (Ridge(), 2, "prediction", 1),
    ],
)
def test_the_unit_of_what_is_explained(estimator: BaseEstimator, labels, unit, outputs):
    target = np.arange(60) % labels
    found, classes, output = explained_output(estimator.fit(ROWS, target), ROWS)
    assert (found, output.shape) == (unit, (60, outputs))
    assert classes == (() if unit == "prediction" else tuple(map(str, range(labels))))
