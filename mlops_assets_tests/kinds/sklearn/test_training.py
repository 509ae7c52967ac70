"""A fit is repeatable, says what it was, and names what scikit-learn refuses."""

import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets_tests.kinds.sklearn.messy import (
    FOREST,
    SKLEARN_ONLY,
    features,
    fitted,
    small_forest,
    spec,
    trained,
)


def test_the_same_data_and_seed_give_the_same_predictions():
    first, second = (small_forest().predict(features()) for _ in range(2))
    assert first.equals(second)


def test_another_seed_gives_another_forest():
    other = fitted(FOREST, {"n_estimators": 10}, seed=4)
    assert not other.predict(features()).equals(small_forest().predict(features()))


def test_a_seed_in_the_parameters_wins():
    assert trained(FOREST, {"random_state": 9, "n_estimators": 2}).params["random_state"] == 9


def test_estimators_inside_get_the_seed_too():
    inner = {"estimator": "sklearn.tree.DecisionTreeClassifier"}
    bag = trained("sklearn.ensemble.BaggingClassifier", {"estimator": inner, "n_estimators": 2})
    assert bag.params["random_state"] == bag.params["estimator__random_state"] == 3


def test_a_fitted_model_works_with_one_thread():
    forest = fitted(FOREST, {"n_jobs": 2, "n_estimators": 2})
    assert forest.pipeline.named_steps["estimator"].n_jobs == 1


def test_parameters_and_metrics_say_what_was_fitted():
    found = small_forest().summary()
    expected = {"estimator": FOREST, "n_estimators": 10, "seed": 3, "rows": 120, "features": 8}
    assert expected.items() <= found.params.items()
    assert found.metrics["train_score"] > 0.9
    assert found.metrics["train_fit_seconds"] > 0
    assert list(found.trials) == []


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"n_estimators": -1}, "'n_estimators' parameter of RandomForestClassifier"),
        ({"max_features": "1e-3"}, r"'max_features'.*write 1\.0e-3"),
        ({"random_state": {"estimator": 5}}, "'random_state'"),
    ],
)
def test_a_value_that_scikit_learn_refuses_is_named(params, named):
    with pytest.raises(InputError, match=named):
        fitted(FOREST, params)


def test_data_that_the_estimator_cannot_take_is_named():
    with pytest.raises(InputError, match="Negative values"):
        fitted("sklearn.naive_bayes.MultinomialNB")


@pytest.mark.parametrize(
    ("values", "named"), [([1] * 120, r"120 training rows .* \[1\]"), ([None, 1] * 60, "60 of 120")]
)
def test_a_target_that_teaches_nothing_is_refused(values, named):
    bad = Dataset(features(), Columns(numeric=["age"]), pd.Series(values, dtype=object))
    with pytest.raises(InputError, match=named):
        spec(FOREST).fit(bad, CLASSIFICATION, seed=0, allowed_prefixes=SKLEARN_ONLY)
