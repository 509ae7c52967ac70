"""The columns that decide come first, whatever the task."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets_tests.kinds.sklearn.messy import (
    FOREST,
    SKLEARN_ONLY,
    features,
    fitted,
    small_forest,
    spec,
    target,
    task_of,
)

ANY = spec("sklearn.svm.SVC")


@pytest.mark.parametrize("kind", ["int2", "str2", "str3", "number"])
def test_every_feature_column_has_an_importance_and_age_leads(kind):
    table = features()
    found = ANY.explain(small_forest(kind).model, table, target(table, kind), task_of(kind), seed=0)
    assert list(found) == ["feature", "importance", "spread"]
    assert sorted(found["feature"]) == sorted(table)
    assert found["feature"][0] == "age"
    assert found["importance"].is_monotonic_decreasing
    assert found.set_index("feature").loc["never", "importance"] == 0


def test_the_same_seed_gives_the_same_importances():
    table, model = features(), small_forest().model
    first, second = (
        ANY.explain(model, table, target(table, "int2"), "classification", seed=1) for _ in range(2)
    )
    assert first.equals(second)


def test_a_sample_of_one_class_is_scored_by_accuracy():
    table = features(30)
    labels = target(features(), "int2")[:30] * 0
    found = ANY.explain(small_forest().model, table, labels, "classification", seed=0)
    assert found["importance"].notna().all()


def test_a_classifier_that_gives_labels_alone_is_scored_by_accuracy():
    members = [["tree", {"estimator": "sklearn.tree.DecisionTreeClassifier"}]]
    vote = fitted("sklearn.ensemble.VotingClassifier", {"estimators": members}).model
    table = features()
    found = ANY.explain(vote, table, target(table, "int2"), "classification", seed=0)
    assert found["feature"][0] == "age"


def test_only_a_sample_of_many_rows_is_scored():
    draw = np.random.default_rng(0)
    table = pd.DataFrame({"a": draw.normal(size=5_000), "b": draw.normal(size=5_000)})
    labels = (table["a"] > 0).astype("int64")
    model = (
        spec(FOREST, {"n_estimators": 5})
        .fit(
            table,
            labels,
            Columns(numeric=["a", "b"]),
            "classification",
            seed=0,
            allowed_prefixes=SKLEARN_ONLY,
        )
        .model
    )
    seen = []
    model.named_steps["estimator"].predict_proba = _count(model, seen)
    ANY.explain(model, table, labels, "classification", seed=0)
    assert set(seen) == {1_000}


def _count(model, seen):
    original = model.named_steps["estimator"].predict_proba

    def counted(rows):
        seen.append(len(rows))
        return original(rows)

    return counted
