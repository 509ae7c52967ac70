"""Labels are the same however they were read, and nothing missing slips through."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.tasks.metrics.labelled import labelled


def said(*labels, **columns) -> pd.DataFrame:
    return pd.DataFrame({"prediction": list(labels), **columns})


def test_labels_are_ordered_as_numbers_where_they_are_numbers():
    assert labelled(np.array([10, 9, 2]), said(9, 9, 9)).labels == ["2", "9", "10"]
    assert labelled(np.array(["10", "9", "x"]), said("9", "9", "9")).labels == ["10", "9", "x"]


def test_an_integer_truth_and_a_float_prediction_are_the_same_label():
    o = labelled(np.array([0, 1]), said(0.0, 1.0))
    assert o.labels == ["0", "1"]
    assert (o.ground_truth == o.predicted).all()


def test_the_greater_of_two_labels_is_positive_unless_another_is_named():
    ground_truth = np.array(["no", "yes"])
    assert labelled(ground_truth, said("no", "yes")).positive == 1
    assert labelled(ground_truth, said("no", "yes"), positive="no").positive == 0
    assert labelled(np.array([0, 1]), said(0, 1), positive=False).positive == 0


def test_a_mistyped_positive_label_names_the_nearest():
    with pytest.raises(InputError, match=r"'yse'.*nearest name is 'yes'"):
        labelled(np.array(["no", "yes"]), said("no", "yes"), positive="yse")


def test_a_label_without_a_probability_column_got_probability_zero():
    o = labelled(np.array(["a", "b", "c"]), said("a", "b", "a", probability_b=[0.2, 0.7, 0.1]))
    assert o.probability.tolist() == [[0, 0.2, 0], [0, 0.7, 0], [0, 0.1, 0]]


def test_probability_columns_may_come_in_any_order():
    o = labelled(np.array([0, 1]), said(0, 1, probability_1=[0.1, 0.8], probability_0=[0.9, 0.2]))
    assert o.probability.tolist() == [[0.9, 0.1], [0.2, 0.8]]


@pytest.mark.parametrize("ground_truth", [[0, 1, np.nan], ["a", "b", None]])
def test_a_missing_truth_is_an_error(ground_truth):
    with pytest.raises(InputError, match="1 of 3 holdout rows have no ground truth"):
        labelled(np.array(ground_truth), said(*ground_truth[:2], ground_truth[0]))


def test_a_missing_prediction_or_probability_is_an_error():
    with pytest.raises(InputError, match="no prediction"):
        labelled(np.array(["a", "b"]), said("a", None))
    with pytest.raises(InputError, match="no probability"):
        labelled(np.array([0, 1]), said(0, 1, probability_1=[0.1, np.nan]))
