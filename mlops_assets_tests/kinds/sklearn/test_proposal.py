"""The estimators that `mlops-assets new` tries."""

import pytest

from mlops_assets.kinds.sklearn.estimators import build
from mlops_assets.kinds.sklearn.params import Search
from mlops_assets.kinds.sklearn.proposal import candidates, guessing
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION

PREFIXES = ("sklearn.",)


@pytest.mark.parametrize("task", [CLASSIFICATION, REGRESSION])
def test_candidates_can_be_built_and_searched(task):
    for it in candidates(task, 400):
        known = build(it.estimator, it.params, task, allowed_prefixes=PREFIXES).get_params()
        assert Search(space=it.space).space.keys() <= known.keys()
    assert build(guessing(task).estimator, {}, task, allowed_prefixes=PREFIXES)


def test_the_leaves_of_a_forest_grow_with_the_table():
    sizes = [candidates(REGRESSION, rows)[0].params["min_samples_leaf"] for rows in (99, 1_000_000)]
    assert sizes == [2, 200]


def test_many_classes_are_not_boosted():
    tried = [it.words for it in candidates(CLASSIFICATION, 400, 21)]
    assert tried == ["RandomForestClassifier", "LogisticRegression"]
