"""The pack `shap` with the methods of the package shap, which runs in a process of its own."""

import sys

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs.shap import Shap
from mlops_assets.features.dataset import Dataset
from mlops_assets_tests.evaluation.packs.test_shap import document, evaluated, spec
from mlops_assets_tests.kinds.sklearn.messy import COLUMNS, features, fitted, target

LOGISTIC = ("sklearn.linear_model.LogisticRegression", {})
BOOSTED = ("sklearn.ensemble.HistGradientBoostingClassifier", {"max_iter": 10})
FOREST = ("sklearn.ensemble.RandomForestClassifier", {"n_estimators": 5})


@pytest.mark.process
@pytest.mark.parametrize(
    ("kind", "estimator", "method", "about"),
    [
        ("str3", BOOSTED, "tree", "score of the predicted class"),
        ("int2", LOGISTIC, "linear", "log odds of 0"),
    ],
)
def test_values_of_the_package_add_up_in_the_columns_of_the_file(kind, estimator, method, about):
    result = evaluated(kind, estimator, method=method, spec=spec(positive=0))
    found = document(result)
    assert found["explains"] == about
    assert list(found["values"]) == COLUMNS.names
    sums = np.sum([*found["values"].values()], axis=0) + found["base"]
    assert sums.tolist() == pytest.approx(found["output"], abs=1e-9)
    assert len(found["rows"]) == 25
    assert found["method"].startswith(
        {"tree": "path-dependent tree SHAP of the package shap", "linear": "linear SHAP of"}[method]
    )
    assert "numba" not in sys.modules
    assert "Sampled instead" not in result.panel()["shap"]
    for it in found["single_rows"]:
        added = sum(adds for _, _, adds in it["contributions"])
        assert added + it["base"] == pytest.approx(it["value"], abs=1e-9)
    if kind == "int2":
        table = features(60, seed=7).iloc[found["rows"]]
        said = fitted(*estimator).predict(table)
        odds = np.log(said["probability_0"] / said["probability_1"])
        assert found["output"] == pytest.approx(odds.tolist())


@pytest.mark.process
def test_sums_that_miss_are_sampled_and_the_panel_says_so():
    """Poisson trees add up the logarithm of what they predict."""
    table = features(120)
    counts = target(table, "number").clip(0).round()
    given = spec(
        task="regression",
        model={
            "type": "sklearn",
            "estimator": "sklearn.ensemble.HistGradientBoostingRegressor",
            "params": {"loss": "poisson", "max_iter": 10},
        },
    )
    rows = Dataset(table, COLUMNS, counts)
    model = given.model.fit(rows, given.task, seed=0, allowed_prefixes=("sklearn.",))
    pack = Shap.model_validate({"rows": 5, "background": 10, "method": "tree"})
    result = pack.evaluate(model, rows, rows, model.predict(table), given)
    found = document(result)
    sums = np.sum([*found["values"].values()], axis=0) + found["base"]
    assert sums.tolist() == pytest.approx(found["output"], abs=1e-9)
    assert found["method"] == "sampled orders of the columns"
    assert "Sampled instead of `method: tree`: the sums of path-dependent" in result.panel()["shap"]


@pytest.mark.process
def test_the_time_that_the_import_takes_counts():
    """Of a forest its probability is explained; the rows are those that the document names."""
    found = document(evaluated("int2", FOREST, method="tree", seconds=1e-9))
    assert len(found["single_rows"]) == 6
    taken = f"{len(found['rows'])} of 60 held-out rows (25 were asked for: the time was over)"
    assert found["taken"] == f"{taken}, compared with what each leaf was grown on"
    said = fitted(*FOREST).predict(features(60, seed=7).iloc[found["rows"]])
    assert found["output"] == pytest.approx(said["probability_1"].tolist())
    assert found["explains"] == "probability of 1"


@pytest.mark.process
def test_a_method_that_does_not_suit_the_estimator():
    result = evaluated("int2", LOGISTIC, method="tree")
    with pytest.raises(InputError, match="and LogisticRegression: Model type not"):
        result.panel()


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "shap", None)
    with pytest.raises(InputError, match=r"pip install 'mlops-assets\[shap\]'"):
        evaluated("int2", FOREST, method="tree").panel()


def test_a_kind_that_the_package_does_not_know():
    class Plain:
        predict = staticmethod(lambda rows: pd.DataFrame({"prediction": 0.0}, rows.index))

    table = features(30)
    rows = Dataset(table, COLUMNS, target(table, "number"))
    with pytest.raises(InputError, match="`method: tree`, and a sklearn model"):
        Shap(method="tree").evaluate(Plain(), rows, rows, Plain.predict(table), spec())  # type: ignore
