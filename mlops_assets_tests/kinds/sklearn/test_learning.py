"""How training went: what the estimator kept, or scores by rows, or why there are none."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.evaluation.figures.learning import learning
from mlops_assets.evaluation.training_result import FitResult
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import LearningCurve, ShowsLearning
from mlops_assets.kinds.sklearn.learning import learning_curve
from mlops_assets.kinds.sklearn.spec import SklearnSpec
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets_tests.kinds.sklearn.messy import SKLEARN_ONLY, features, risk

NUMERIC = Columns(numeric=["age"], categorical=["city"])


def curve_of(
    estimator: str, *, rows: int = 600, classes: bool = True, fit_seconds: float = 0.0, **params
) -> LearningCurve:
    """With as much time as it takes."""
    table = features(rows)[NUMERIC.names]
    target = (risk(table) > 1).astype(int) if classes else risk(table)
    task = CLASSIFICATION if classes else REGRESSION
    kind = SklearnSpec(type="sklearn", estimator=f"sklearn.{estimator}", params=params)
    data = Dataset(table, NUMERIC, target.rename("y"))
    model = kind.fit(data, task, seed=3, allowed_prefixes=SKLEARN_ONLY)
    assert isinstance(model, ShowsLearning)
    given = {"fit_seconds": fit_seconds, "seed": 3, "seconds": 1e9}
    return learning_curve(model.pipeline, data, **given)


def test_scores_by_rows_rise_and_are_of_training_rows_that_were_not_fitted():
    curve = curve_of("linear_model.LogisticRegression")
    assert (curve.step, curve.score, curve.why_none) == ("training rows", "roc_auc", "")
    assert list(curve.steps) == [25, 50, 100, 200, 400]
    assert curve.curves["validation"][-1] > 0.8
    assert len(curve.curves["training"]) == len(curve.curves["validation"]) == len(curve.steps)


@pytest.mark.parametrize(
    ("estimator", "params", "curves"),
    [
        ("ensemble.GradientBoostingClassifier", {"n_estimators": 20}, ["training"]),
        ("neural_network.MLPClassifier", {"max_iter": 20}, ["training"]),
        (
            "ensemble.HistGradientBoostingClassifier",
            {"early_stopping": True, "max_iter": 20},
            ["training", "validation"],
        ),
    ],
)
def test_losses_that_the_fit_left_behind_fall(estimator, params, curves):
    curve = curve_of(estimator, **params)
    assert (curve.step, curve.score, list(curve.curves)) == ("iteration", "loss", curves)
    training = curve.curves["training"]
    assert 0 < training[-1] < training[0]
    assert list(curve.steps) == list(range(1, len(training) + 1))


def test_why_there_is_none_is_in_the_panel():
    curve = curve_of("linear_model.Ridge", rows=120, classes=False)
    model = FitResult(summary=_summary(), curve=curve)
    assert model.panel()["learning_curve"] == "none: 120 training rows; 500 are needed"
    assert list(model.figures()) == []


def test_of_a_slow_fit_no_curve_is_begun():
    curve = curve_of("linear_model.Ridge", classes=False, fit_seconds=1e10)
    assert curve.why_none.startswith("one fit takes 1e+10 s, and 3 sizes of the training rows")
    assert not curve.steps


def test_rows_that_cannot_be_fitted_are_gaps():
    """Sizes so small that they have one class."""
    table = features(640)[NUMERIC.names]
    target = pd.Series(0, table.index, name="y")
    target.iloc[:6] = 1
    data = Dataset(table, NUMERIC, target)
    kind = SklearnSpec(type="sklearn", estimator="sklearn.linear_model.LogisticRegression")
    model = kind.fit(data, CLASSIFICATION, seed=3, allowed_prefixes=SKLEARN_ONLY)
    curve = learning_curve(model.pipeline, data, fit_seconds=0.0, seed=3, seconds=1e9)
    assert np.isnan(curve.curves["validation"][0])
    assert np.isfinite(curve.curves["validation"][-1])


def test_the_picture_names_score_and_steps():
    (axes,) = learning(curve_of("linear_model.Ridge", classes=False)).axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("training rows", "r2")
    assert {it.get_text() for it in axes.get_legend().get_texts()} == {"training", "validation"}
    assert np.isfinite(axes.lines[1].get_ydata()).all()


def _summary():
    from mlops_assets.kinds.base import Summary

    return Summary()
