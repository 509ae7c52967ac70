"""The columns that decide come first, whatever the task."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets_tests.kinds.sklearn.messy import (
    COLUMNS,
    FOREST,
    SKLEARN_ONLY,
    dataset,
    fitted,
    small_forest,
    spec,
)


@pytest.mark.parametrize("kind", ["int2", "str2", "str3", "number"])
def test_every_feature_column_has_an_importance_and_age_leads(kind):
    found = small_forest(kind).importance(dataset(kind), seed=0)
    assert list(found) == ["feature", "importance", "spread", "unit"]
    assert sorted(found["feature"]) == sorted(COLUMNS.names)
    assert found["feature"][0] == "age"
    assert found["importance"].is_monotonic_decreasing
    assert found.set_index("feature").loc["never", "importance"] == 0


def test_the_same_seed_gives_the_same_importances():
    model = small_forest()
    first, second = (model.importance(dataset(), seed=1) for _ in range(2))
    assert first.equals(second)


def test_a_sample_of_one_class_is_scored_by_accuracy():
    labels = dataset().known_target()[:30] * 0
    found = small_forest().importance(dataset(rows=30).with_target(labels), seed=0)
    assert found["importance"].notna().all()


def test_a_classifier_that_gives_labels_alone_is_scored_by_accuracy():
    members = [["tree", {"estimator": "sklearn.tree.DecisionTreeClassifier"}]]
    vote = fitted("sklearn.ensemble.VotingClassifier", {"estimators": members})
    found = vote.importance(dataset(), seed=0)
    assert found["feature"][0] == "age"


def test_only_a_sample_of_many_rows_is_scored():
    draw = np.random.default_rng(0)
    table = pd.DataFrame({"a": draw.normal(size=5_000), "b": draw.normal(size=5_000)})
    labels = (table["a"] > 0).astype("int64")
    rows = Dataset(table, Columns(numeric=["a", "b"]), labels)
    kind = spec(FOREST, {"n_estimators": 5})
    model = kind.fit(rows, CLASSIFICATION, seed=0, allowed_prefixes=SKLEARN_ONLY)
    seen = []
    model.pipeline.named_steps["estimator"].predict_proba = _count(model.pipeline, seen)
    model.importance(rows, seed=0)
    assert set(seen) == {1_000}


def _count(pipeline, seen):
    original = pipeline.named_steps["estimator"].predict_proba

    def counted(rows):
        seen.append(len(rows))
        return original(rows)

    return counted
