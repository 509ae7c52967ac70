"""The fast path of single rows equals the model itself, whatever the rows hold."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import RowPredictions
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.kinds.sklearn.rows.encoder import RowEncoder
from mlops_assets.kinds.sklearn.spec import SklearnSpec
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION

COLUMNS = Columns(numeric=["a", "b"], categorical=["c", "d"], boolean=["e"], date=["f"], text=["g"])
TEXTS = ["hello world", "the cat", "", "Ünïcode text cat"]


def dirty(rows: int = 600) -> pd.DataFrame:
    """Typed rows with gaps, rare labels, dates and text."""
    random = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "a": random.normal(size=rows),
            "b": random.integers(0, 50, rows),
            "c": random.choice(["x", "y", "z", None, "01", "1E3"], rows),
            "d": random.choice([f"k{i}" for i in range(80)], rows),
            "e": random.choice([True, False, None], rows),
            "f": pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 10**8, rows), "s"),
            "g": random.choice(TEXTS, rows),
        }
    )
    table.loc[::7, "a"] = np.nan
    table.loc[::11, "f"] = pd.NaT
    return typed_features(table, COLUMNS)


def typed_rows(features: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as serving reads them from JSON."""
    return [
        {**row, "f": None if pd.isna(row["f"]) else row["f"].to_pydatetime()}
        for row in features.to_dict("records")
    ]


def fitted(estimator: str, features: pd.DataFrame, target: pd.Series) -> SklearnModel:
    task = REGRESSION if target.dtype == "float64" else CLASSIFICATION
    params = few_trees(estimator)
    spec = SklearnSpec(type="sklearn", estimator=f"sklearn.{estimator}", params=params)
    dataset = Dataset(features, COLUMNS, target)
    return spec.fit(dataset, task, seed=1, allowed_prefixes=("sklearn.",))


def few_trees(estimator: str) -> dict[str, int]:
    """Enough to differ in."""
    if not estimator.startswith("ensemble."):
        return {}
    return {"max_iter" if "Hist" in estimator else "n_estimators": 20}


def targets(features: pd.DataFrame) -> dict[str, pd.Series]:
    known = features["a"].fillna(0)
    two = (known + (features["c"] == "x") > 0.3).astype("int64")
    three = pd.Series(np.select([known > 0.5, features["b"] > 25], ["p", "q"], "r"))
    return {"two": two, "three": three, "number": known * 3 + features["b"]}


FAST = [
    ("ensemble.RandomForestClassifier", "two"),
    ("ensemble.ExtraTreesClassifier", "three"),
    ("ensemble.HistGradientBoostingClassifier", "two"),
    ("ensemble.HistGradientBoostingClassifier", "three"),
    ("ensemble.GradientBoostingClassifier", "three"),
    ("linear_model.LogisticRegression", "two"),
    ("linear_model.LogisticRegression", "three"),
    ("linear_model.Ridge", "number"),
    ("ensemble.RandomForestRegressor", "number"),
    ("ensemble.HistGradientBoostingRegressor", "number"),
]


@pytest.mark.parametrize(("estimator", "target"), FAST)
def test_it_equals_the_model(estimator, target):
    features = dirty()
    model = fitted(estimator, features, targets(features)[target])
    fast = model.row_predictor()
    assert fast is not None
    rows, expected = typed_rows(features), model.predict(features)
    equal(fast.predict_rows(rows), expected)
    few = 3  # trees are walked in another way than for many rows
    equal(fast.predict_rows(rows[:few]), expected.head(few))


def equal(found: RowPredictions, expected: pd.DataFrame) -> None:
    certain = [name for name in expected if name.startswith("probability_")]
    if certain:
        assert found.predictions == expected["prediction"].tolist()
        assert np.allclose(found.probabilities, expected[certain], rtol=0, atol=1e-9)
    else:
        assert np.allclose(found.predictions, expected["prediction"], rtol=1e-9)


def test_the_encoder_is_exact_for_values_that_training_never_had():
    features = dirty()
    model = fitted("linear_model.LogisticRegression", features, targets(features)["two"])
    strange = pd.DataFrame(
        {
            "a": [1e300, -0.0, np.nan],
            "b": [5e-324, -1.0, np.nan],
            "c": ["never seen", None, "1"],
            "d": ["", "k1", "\x00"],
            "e": [np.nan, 0.0, 1.0],
            "f": pd.to_datetime(
                ["1700-01-01", None, "2261-12-31 23:59:59.999999"], format="ISO8601"
            ),
            "g": ["cat " * 50, "", "\u202eworld"],
        }
    ).astype({"f": "datetime64[ns]"})
    with np.errstate(over="ignore"):
        expected = model.pipeline[0].transform(strange)
    found = RowEncoder(model.pipeline[0]).encode(typed_rows(strange))
    assert np.array_equal(found, expected)


def test_forests_compare_in_float32():
    """0.1 + 2^-30 is 0.1 to a tree: a runtime in float64 goes the other way at a threshold."""
    features = dirty()
    model = fitted("ensemble.RandomForestClassifier", features, targets(features)["two"])
    fast = model.row_predictor()
    assert fast is not None
    at = fast.thresholds()["a"]
    rows = pd.concat([features.head(1)] * len(at), ignore_index=True).assign(a=at)
    expected = model.predict(rows)["probability_1"]
    many = [it[1] for it in fast.predict_rows(typed_rows(rows)).probabilities or ()]
    assert many == expected.tolist()
    single = [fast.predict_rows([it]).probabilities for it in typed_rows(rows)]
    assert [it[0][1] for it in single if it] == expected.tolist()


@pytest.mark.parametrize("estimator", ["svm.SVC", "neighbors.KNeighborsClassifier"])
def test_other_estimators_have_no_fast_path(estimator):
    features = dirty(200)
    model = fitted(estimator, features, targets(features)["two"])
    assert model.row_predictor() is None
