"""Labels: how wrong they are, which is positive, and what is monitored of them."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets_tests.datasets import dataset_of_target


def test_labels_are_compared_as_labels():
    said = pd.DataFrame({"prediction": ["1", "0", "1"]})
    assert CLASSIFICATION.row_errors(dataset_of_target([1, 1, 0]), said).tolist() == [0, 1, 1]


def test_the_interval_is_that_of_wilson():
    from scipy.stats import binomtest

    unused = np.array([0.0])
    for wrong, rows in [(0, 30), (3, 40), (500, 1000)]:
        share = np.array([wrong / rows])
        low, high = CLASSIFICATION.error_interval(share, unused, np.array([rows]))
        exact = binomtest(wrong, rows).proportion_ci(method="wilson")
        assert (low[0], high[0]) == pytest.approx((exact.low, exact.high), abs=1e-4)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["prediction", "probability_no", "probability_yes"], {"numeric": ["probability_yes"]}),
        (
            ["prediction", "probability_a", "probability_b", "probability_c"],
            {"numeric": ["probability_a", "probability_b", "probability_c"]},
        ),
        (["id", "prediction"], {"categorical": ["prediction"]}),
        (["prediction", "score"], {"categorical": ["prediction"]}),
    ],
)
def test_predictions_drift_in_their_probabilities(columns, expected):
    found = CLASSIFICATION.prediction_columns(pd.DataFrame(columns=columns))
    assert found == Columns(**expected)


@pytest.mark.parametrize(
    ("labels", "positive"),
    [
        (["no", "no", "yes", "yes", "yes"], "yes"),
        ([0, 1, 1, 1], 1),
        ([-1, 1, 1], 1),
        ([True, False, True], 1),
        (["FALSE", "TRUE", "TRUE"], 1),
        ([">50K", "<=50K", "<=50K"], ">50K"),
        ([1, 2, 2], 1),
        ([1, 1, 2], 2),
        (["a", "b", "c"], None),
    ],
)
def test_positive(labels, positive):
    found = CLASSIFICATION.positive_label(CLASSIFICATION.typed_target(pd.Series(labels)))
    assert found == positive
    assert type(found) is type(positive)


def test_a_positive_label_has_to_be_one_of_two():
    CLASSIFICATION.require_positive(pd.Series([0, 1]), True)
    CLASSIFICATION.require_positive(pd.Series(["a", "b", "c"]), "z")
    with pytest.raises(InputError, match=r"'yse' is not among.*nearest name is 'yes'"):
        CLASSIFICATION.require_positive(pd.Series(["no", "yes"]), "yse")


def test_the_positive_class_of_a_dataset_is_that_of_its_metrics():
    said = pd.DataFrame({"prediction": ["b", "b", "a", "a"]})
    target = ["b", "a", "a", "a"]
    found = CLASSIFICATION.metrics(dataset_of_target(target, "a"), said, resamples=1)
    assert found["recall"].value == pytest.approx(2 / 3)
    assert CLASSIFICATION.metrics(dataset_of_target(target), said)["recall"].value == 1
