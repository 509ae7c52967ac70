"""SHAP values add up to the prediction for any model, and agree with exact ones."""

from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from mlops_assets.errors import InputError
from mlops_assets.evaluation.shapley import sampling
from mlops_assets.evaluation.shapley.explained import Explained
from mlops_assets.evaluation.shapley.explainer import Explainer, background_of
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets_tests.kinds.sklearn.messy import COLUMNS, FOREST, dataset, features, fitted

LOGISTIC = "sklearn.linear_model.LogisticRegression"
MODELS = [
    (LOGISTIC, "int2", {}),
    (LOGISTIC, "str3", {}),
    (FOREST, "int2", {"n_estimators": 10}),
    (FOREST, "str3", {"n_estimators": 10}),
    ("sklearn.ensemble.GradientBoostingClassifier", "str2", {"n_estimators": 10}),
    ("sklearn.svm.SVC", "int2", {}),
    ("sklearn.svm.LinearSVC", "str3", {}),
    ("sklearn.ensemble.GradientBoostingRegressor", "number", {"n_estimators": 10}),
    ("sklearn.linear_model.Ridge", "number", {}),
]


class Plain:
    """A model without a fast path: what another package may bring."""

    def __init__(self, model: SklearnModel) -> None:
        self.predict = model.predict


def explained(model: Any, rows: pd.DataFrame, **more: Any) -> Explained:
    background = background_of(model, dataset().features, 20)
    return Explainer(model, background, **more).explain(rows, seconds=60)


@pytest.mark.parametrize(("estimator", "kind", "params"), MODELS)
def test_the_values_of_a_row_add_up_to_its_prediction(estimator, kind, params):
    model, rows = fitted(estimator, params, kind=kind), features(4, seed=9)
    found = explained(model, rows)
    assert found.columns == list(rows)
    assert len(found) == found.asked == 4
    assert found.complete
    assert abs(found.values.sum(axis=1) + found.base - found.output).max() < 1e-9
    assert abs(found.values).max() > 0
    empty = [found.columns.index(name) for name in ("never", "blank")]
    assert (found.values[:, empty] == 0).all()
    predicted = model.predict(rows)
    pd.testing.assert_frame_equal(found.predictions, predicted, check_dtype=False)


def test_what_is_explained_is_the_output_that_the_model_predicts():
    rows = features(12, seed=3)
    two, several = fitted(LOGISTIC), fitted(LOGISTIC, kind="str3")
    assert explained(two, rows).output.tolist() == pytest.approx(
        two.predict(rows)["probability_1"].tolist()
    )
    flipped = explained(two, rows, positive=0)
    assert set(flipped.explains) == {"probability of 0"}
    assert flipped.output.tolist() == pytest.approx(two.predict(rows)["probability_0"].tolist())
    found, said = explained(several, rows), several.predict(rows)
    assert list(found.explains) == [f"probability of {it}" for it in said["prediction"]]
    assert found.about == "probability of the predicted class"
    highest = said.drop(columns="prediction").max(axis=1)
    assert found.output.tolist() == pytest.approx(highest.tolist())


def test_the_fast_path_gives_what_predict_gives():
    model, rows = fitted(FOREST, {"n_estimators": 5}, kind="str3"), features(3, seed=4)
    fast, slow = explained(model, rows), explained(Plain(model), rows)
    np.testing.assert_allclose(fast.values, slow.values, atol=1e-12)


def test_a_linear_model_is_explained_exactly():
    """Its value of a number is the coefficient times the distance from the background's mean."""
    model, rows = (
        fitted("sklearn.linear_model.LinearRegression", kind="number"),
        features(5, seed=2),
    )
    background = background_of(model, dataset().features, 20)
    found = Explainer(model, background).explain(rows, seconds=60)
    prepare, estimator = model.pipeline[0], model.pipeline[-1]
    weight = estimator.coef_ * (
        prepare.transform(rows) - prepare.transform(background).mean(axis=0)
    )
    place = list(prepare.get_feature_names_out()).index("numeric__age")
    age = found.values[:, found.columns.index("age")]
    np.testing.assert_allclose(age, weight[:, place], atol=1e-9)
    assert (found.values != 0).sum() > 20


def test_sampling_converges_to_the_mean_over_all_orders():
    """Three columns that only matter together; all six orders are few enough to try."""
    table = np.random.default_rng(0).normal(size=(9, 3))

    def output(rows: np.ndarray) -> np.ndarray:
        a, b, c = rows.T
        return (a * b + np.maximum(b, c) * a * c)[:, None]

    def scores(mask: np.ndarray, one: int, others: np.ndarray) -> np.ndarray:
        return output(np.where(mask, table[one], table[others]))

    exact = np.zeros(3)
    for other in range(1, 9):
        for order in permutations(range(3)):
            row = table[[other]].copy()
            for column in order:
                before = output(row)[0, 0]
                row[0, column] = table[0, column]
                exact[column] += (output(row)[0, 0] - before) / (8 * 6)
    how: dict[str, Any] = {"ends": np.inf, "rng": np.random.default_rng(1)}
    given = scores, output(table), 0, np.arange(1, 9), 3
    found = sampling.row_values(*given, passes=400, **how)
    np.testing.assert_allclose(found.values[:, 0], exact, atol=0.03)
    assert found.values.sum() == pytest.approx(exact.sum(), abs=1e-12)


def test_a_single_column_adds_all_there_is():
    table = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]})
    pipeline = make_pipeline(LogisticRegression()).fit(table, [0, 0, 1, 1])
    found = Explainer(SklearnModel(pipeline), table).explain(table.tail(1), seconds=60)
    assert found.values[0, 0] == pytest.approx(found.output[0] - found.base[0])


def test_when_the_time_is_over_the_rows_so_far_are_there(monkeypatch):
    """The clock is a count of looks at it: no test waits."""
    looks = iter(range(10_000))
    monkeypatch.setattr("time.monotonic", lambda: float(next(looks)))
    model, rows = fitted(LOGISTIC), features(30, seed=9)
    found = Explainer(model, background_of(model, dataset().features)).explain(rows, seconds=4.5)
    assert (len(found), found.asked, found.complete) == (5, 30, True)
    assert abs(found.values.sum(axis=1) + found.base - found.output).max() < 1e-9


def test_one_row_is_explained_however_late_and_still_adds_up(monkeypatch):
    monkeypatch.setattr(sampling, "PIECE", 200)
    model, rows = fitted(FOREST, {"n_estimators": 5}), features(3, seed=9)
    found = Explainer(model, background_of(model, dataset().features)).explain(rows, seconds=-1)
    assert (len(found), found.complete) == (1, False)
    assert abs(found.values.sum(axis=1) + found.base - found.output).max() < 1e-9


@pytest.mark.parametrize("kind", ["int2", "str3", "number"])
def test_the_background_predicts_like_all_rows_on_average(kind):
    name = "Classifier" if kind != "number" else "Regressor"
    model = fitted(f"sklearn.ensemble.RandomForest{name}", {"n_estimators": 5}, kind=kind)
    table = features(3_000, seed=1)
    chosen = background_of(model, table)
    assert len(chosen) == len(set(chosen.index)) == 50
    last = model.predict(table).iloc[:, -1]
    assert last[chosen.index].mean() == pytest.approx(last.mean(), abs=0.1 * last.std())
    assert len(background_of(model, table.head(7))) == 7


def test_the_same_seed_gives_the_same_values():
    model, rows = fitted(FOREST, {"n_estimators": 5}), features(3, seed=9)
    one, again, other = (explained(model, rows, seed=seed).values for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()


def test_without_rows_to_compare_with():
    with pytest.raises(InputError, match="no rows to compare with"):
        Explainer(fitted(LOGISTIC), features(0))


def test_the_roles_are_all_there():
    assert {role for _, role in COLUMNS.roles()} == {
        *("numeric", "categorical", "boolean", "date", "text")
    }
