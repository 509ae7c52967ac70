"""What holds for every task: the rows that it judges, its metrics and its target."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets_tests.datasets import dataset_of_target


def said(rows: int = 50) -> pd.DataFrame:
    """Labels with probabilities."""
    sure = np.linspace(0.01, 0.99, rows)
    named = {"probability_0": 1 - sure, "probability_1": sure}
    return pd.DataFrame({"prediction": (sure > 0.5).astype(int), **named})


def true(rows: int = 50) -> np.ndarray:
    return np.arange(rows) % 2


def test_every_metric_has_a_direction():
    numbers = pd.DataFrame({"prediction": np.arange(50.0)})
    found = {
        task: task.metrics(dataset_of_target(true()), predictions)
        for task, predictions in (
            (CLASSIFICATION, said()),
            (REGRESSION, numbers),
            (DEDUPLICATION, numbers),
        )
    }
    assert all(set(names) <= set(task.metric_names) for task, names in found.items())
    errors = [name for task, names in found.items() for name in names if is_error(task, name)]
    assert errors == ["log_loss", "brier", "rmse", "mae"]


def is_error(task: Task, metric: str) -> bool:
    return metric in task.lower_is_better


@pytest.mark.parametrize("task", [CLASSIFICATION, REGRESSION, DEDUPLICATION])
def test_its_headline_is_the_first_of_its_metrics_in_the_absence_of_a_preferred_one(task):
    preferred = task.headlines[0]
    assert preferred in task.metric_names
    assert task.headline(["other", preferred]) == preferred
    assert task.headline(["other", "another"]) == "other"
    assert task.headline([]) is None


def test_an_empty_holdout_is_an_error():
    with pytest.raises(InputError, match="0 holdout rows"):
        CLASSIFICATION.metrics(dataset_of_target(np.array([])), pd.DataFrame({"prediction": []}))
    with pytest.raises(InputError, match="2 holdout rows and 1 predictions"):
        CLASSIFICATION.metrics(
            dataset_of_target(np.array([0, 1])), pd.DataFrame({"prediction": [0]})
        )


def test_a_metric_that_one_version_does_not_allow_is_an_error():
    known, labels = dataset_of_target(true()), said()[["prediction"]]
    with pytest.raises(InputError, match="'roc_auc' of the production version"):
        CLASSIFICATION.paired_difference("roc_auc", known, said(), labels)
    with pytest.raises(InputError, match="nearest name is 'accuracy'"):
        CLASSIFICATION.paired_difference("acuracy", known, said(), said())


def test_targets_keep_their_nature():
    assert CLASSIFICATION.typed_target(pd.Series([True, False])).tolist() == [1, 0]
    assert CLASSIFICATION.typed_target(pd.Series([0, 1])).dtype == "int64"
    assert CLASSIFICATION.typed_target(pd.Series(["a", "b"])).tolist() == ["a", "b"]
    assert REGRESSION.typed_target(pd.Series(["1.5"])).tolist() == [1.5]


@pytest.mark.parametrize("task", [CLASSIFICATION, REGRESSION])
def test_an_infinite_target_is_refused(task):
    with pytest.raises(InputError, match="1 of 3 values that are infinite"):
        task.typed_target(pd.Series([0.0, 1.0, float("inf")], name="y"))


def test_rows_without_a_target_cannot_be_judged():
    with pytest.raises(InputError, match="rows without a target"):
        CLASSIFICATION.row_errors(dataset_of_target(true()).with_target(None), said())
