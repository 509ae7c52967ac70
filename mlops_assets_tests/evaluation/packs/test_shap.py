"""The pack `shap`: figures, document and panel of a sample of the holdout."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlops_assets.evaluation.packs.shap import Shap
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.kinds.sklearn.messy import COLUMNS, dataset, features, fitted, target
from mlops_assets_tests.pictures import collisions, size

FOREST = ("sklearn.ensemble.RandomForestClassifier", {"n_estimators": 5})
FILES = ["shap_summary", "feature_importance", "shap_dependence"]


def spec(**given: Any) -> LifecycleSpec:
    base = {
        "name": "messy",
        "source": {"type": "csv", "path": "messy.csv"},
        "target": "y",
        "columns": COLUMNS.model_dump(),
        "model": {"type": "sklearn", "estimator": FOREST[0]},
    }
    return LifecycleSpec.model_validate(base | given)


def evaluated(kind: str = "int2", estimator: tuple = FOREST, rows: int = 60, **settings: Any):
    how = settings.pop(
        "spec", spec(**({"task": "regression", **REGRESSOR} if kind == "number" else {}))
    )
    model = fitted(*estimator, kind=kind)
    table = features(rows, seed=7)
    held = Dataset(table, COLUMNS, target(table, kind))
    pack = Shap.model_validate({"rows": 25, "background": 10, **settings})
    return pack.evaluate(model, dataset(kind), held, model.predict(table), how)


REGRESSOR = {"model": {"type": "sklearn", "estimator": "sklearn.linear_model.Ridge"}}


def document(result: PackResult) -> dict[str, Any]:
    return json.loads(json.dumps(result.documents["shap_values.json"]()))


@pytest.mark.parametrize(
    ("kind", "estimator", "about"),
    [
        ("int2", FOREST, "probability of 1"),
        ("str3", FOREST, "probability of the predicted class"),
        ("int2", ("sklearn.svm.SVC", {}), "score"),
        ("number", ("sklearn.linear_model.Ridge", {}), "prediction"),
    ],
)
def test_the_document_adds_up_in_the_columns_of_the_file(kind, estimator, about):
    result = evaluated(kind, estimator)
    found = document(result)
    assert found["explains"] == about
    assert list(found["values"]) == COLUMNS.names
    sums = np.sum([*found["values"].values()], axis=0) + found["base"]
    assert sums.tolist() == pytest.approx(found["output"], abs=1e-9)
    assert found["taken"] == "25 of 60 held-out rows, compared with 10 training rows"
    assert len({*found["rows"]}) == 25
    assert found["columns"][0]["column"] in ("age", "city")
    importance = np.mean(np.abs(found["values"]["age"]))
    age = next(it for it in found["columns"] if it["column"] == "age")
    assert age["importance"] == pytest.approx(importance)
    for it in found["single_rows"]:
        added = sum(adds for _, _, adds in it["contributions"])
        assert added + it["base"] == pytest.approx(it["value"], abs=1e-9)
    figures = result.draw()
    assert list(figures) == FILES
    assert all(size(figure)[0] == 702 and collisions(figure) == [] for figure in figures.values())
    assert result.metrics == {}


def test_the_panel_names_the_worst_and_the_most_certain_rows():
    text = evaluated().panel()["shap"]
    assert text.startswith("What columns add to the probability of 1: 25 of 60 held-out rows")
    assert "| age |" in text
    assert text.count(", worst |") == text.count(", most certain |") == 3
    assert "others" in text


def test_a_budget_that_is_over_is_named():
    text = evaluated(seconds=1e-9).panel()["shap"]
    assert "1 of 60 held-out rows (25 were asked for: the time was over)" in text
    assert text.count(", worst |") == 1


def test_values_of_personal_columns_and_rare_labels_are_masked():
    masked = spec(personal=["age", "note"])
    result = evaluated(spec=masked)
    shown = json.dumps([it["contributions"] for it in document(result)["single_rows"]])
    assert '["age", "***"' in shown
    assert '["note", "***"' in shown
    assert '["code", "***"' in shown  # each row has another code
    assert any(f'["city", "{it}"' in shown for it in ("Oslo", "Lima"))
    assert "joined" in shown
    assert "2025-" not in shown
    assert size(result.draw()["shap_summary"])[0] == 702


def test_nothing_is_explained_before_someone_asks(monkeypatch):
    model = fitted(*FOREST)
    asked = []
    monkeypatch.setattr(type(model), "mixed_predictor", lambda *_: asked.append(1))
    table = features(30, seed=7)
    held = Dataset(table, COLUMNS, target(table, "int2"))
    result = Shap(rows=3, background=5).evaluate(
        model, dataset(), held, model.predict(table), spec()
    )
    assert asked == []
    result.panel()
    result.draw()
    assert len(asked) == 2  # single rows, and the sample once for everything


def test_the_interaction_partner_is_found():
    """`a` counts only where `b` is high; `c` never does."""
    draw = np.random.default_rng(0)
    table = pd.DataFrame(draw.normal(size=(400, 3)), columns=["a", "b", "c"])
    columns = type(COLUMNS)(numeric=["a", "b", "c"])
    rows = Dataset(table, columns, table["a"] * (table["b"] > 0) * 3)
    given = spec(columns=columns.model_dump(), task="regression", **REGRESSOR)
    tree = given.model.model_copy(update={"estimator": "sklearn.tree.DecisionTreeRegressor"})
    model = tree.fit(rows, given.task, seed=0, allowed_prefixes=("sklearn.",))
    found = Shap(rows=100).evaluate(model, rows, rows, model.predict(table), given)
    (first, *_) = document(found)["columns"]
    assert (first["column"], first["partner"], first["direction"]) == ("a", "b", "raises")
