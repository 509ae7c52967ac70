"""A search tries what the space holds, keeps the best and says what it tried."""

import pytest

from mlops_assets.errors import InputError
from mlops_assets.kinds.sklearn.search import scorer_name
from mlops_assets_tests.kinds.sklearn.messy import trained

LOGISTIC = "sklearn.linear_model.LogisticRegression"
RIDGE = "sklearn.linear_model.Ridge"


def searched(estimator=LOGISTIC, kind="int2", params=None, **search):
    return trained(estimator, params, kind=kind, search=search)


def test_a_grid_tries_every_setting_and_keeps_the_best():
    found = searched(method="grid", space={"C": [1e-6, 1.0], "class_weight": [None, "balanced"]})
    assert len(found.trials) == 4
    best = max(found.trials, key=lambda trial: trial.metrics["cv_roc_auc"])
    assert found.params["C"] == best.params["C"]
    assert found.metrics["train_cv_roc_auc"] == best.metrics["cv_roc_auc"] > 0.8
    assert best.metrics["cv_roc_auc_std"] >= 0


def test_a_random_search_is_repeatable_and_never_tries_a_setting_twice():
    first, second = (searched(space={"C": [0.1, 1.0, 10.0]}, trials=2) for _ in range(2))
    assert [t.params for t in first.trials] == [t.params for t in second.trials]
    assert len(searched(space={"C": [0.1, 1.0]}, trials=20).trials) == 2


def test_an_error_metric_is_positive_and_the_smallest_wins():
    found = searched(RIDGE, "number", space={"alpha": [0.1, 1e6]}, metric="rmse", folds=2)
    errors = {trial.params["alpha"]: trial.metrics["cv_rmse"] for trial in found.trials}
    assert 0 < errors[0.1] < errors[1e6]
    assert found.params["alpha"] == 0.1


@pytest.mark.parametrize(
    ("estimator", "kind", "metric"),
    [(LOGISTIC, "str3", "roc_auc"), (LOGISTIC, "str2", "roc_auc"), (RIDGE, "number", "r2")],
)
def test_the_default_metric_suits_the_task(estimator, kind, metric):
    name = "alpha" if estimator == RIDGE else "C"
    assert f"cv_{metric}" in searched(estimator, kind, space={name: [1.0]}).trials[0].metrics


def test_parameters_of_estimators_inside_can_be_searched():
    inner = {"estimator": {"estimator": LOGISTIC}}
    found = searched(
        "sklearn.ensemble.BaggingClassifier", params=inner, space={"estimator__C": [1.0]}
    )
    assert found.params["estimator__C"] == 1.0


def test_a_parameter_the_estimator_does_not_have_is_named():
    with pytest.raises(InputError, match=r"search\.space names 'Cc'.*nearest name is 'C'"):
        searched(space={"Cc": [1.0]})


def test_a_value_scikit_learn_refuses_stops_the_search():
    with pytest.raises(InputError, match="'C' parameter of LogisticRegression"):
        searched(space={"C": [1.0, "high"]})


def test_an_unknown_metric_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="nearest name is 'roc_auc'"):
        searched(space={"C": [1.0]}, metric="rocauc")


def test_short_names_and_many_classes_have_their_scorers():
    assert scorer_name("rmse", classes=None) == "neg_root_mean_squared_error"
    assert scorer_name("f1", classes=3) == "f1_macro"
    assert scorer_name("f1", classes=2) == "f1"
