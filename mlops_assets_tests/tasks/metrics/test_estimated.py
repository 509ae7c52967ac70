"""What is expected of predictions without labels, compared with sums by hand and with labels."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.metrics.calibrated import (
    Calibration,
    ClassCalibration,
    calibrated,
    class_probabilities,
)
from mlops_assets.tasks.metrics.labelled import labelled
from mlops_assets.tasks.regression import REGRESSION

EXACT = ((1e-12, 0.0, 0.0), (0.0, 1e-12, 0.0), (0.0, 0.0, 1e-12))
LEFT_AS_IT_IS = Calibration(
    rows=100,
    labels=("no", "yes"),
    classes=(ClassCalibration(label="yes", clip=1e-6, coefficients=(1, 1, 0), covariance=EXACT),),
)


def scored(yes: list[float] | np.ndarray, threshold: float = 0.5) -> pd.DataFrame:
    yes = np.asarray(yes)
    label = np.where(yes > threshold, "yes", "no")
    return pd.DataFrame({"prediction": label, "probability_no": 1 - yes, "probability_yes": yes})


def drawn(rows: int, seed: int, power: float = 1.0) -> tuple[Dataset, pd.DataFrame]:
    """Rows whose label has the probability p, and a model that says p as if it were surer."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-0.5, 1.5, rows)
    target = np.where(rng.random(rows) < 1 / (1 + np.exp(-odds)), "yes", "no")
    features = pd.DataFrame({"x": odds})
    dataset = Dataset(features, Columns(numeric=["x"]), pd.Series(target), positive="yes")
    return dataset, scored(1 / (1 + np.exp(-power * odds)))


def test_the_estimate_is_the_expected_confusion():
    found = CLASSIFICATION.estimated_metrics(scored([0.9, 0.6, 0.2, 0.4]), LEFT_AS_IT_IS, "yes")
    tp, fp, fn, tn = 0.9 + 0.6, 0.1 + 0.4, 0.2 + 0.4, 0.8 + 0.6
    expected = {
        "accuracy": (tp + tn) / 4,
        "precision": tp / (tp + fp),
        "recall": tp / (tp + fn),
        "f1": 2 * tp / (2 * tp + fp + fn),
    }
    assert {name: found[name].value for name in expected} == pytest.approx(expected)
    # A pair counts as right if its first is a yes, its second a no; half if both are one row.
    yes, no = np.array([0.9, 0.6, 0.4, 0.2]), np.array([0.1, 0.4, 0.6, 0.8])
    right = sum(yes[i] * no[j] * (1.0 if i < j else 0.5) for i in range(4) for j in range(i, 4))
    assert found["roc_auc"].value == pytest.approx(right / (yes.sum() * no.sum()))


def test_calibration_undoes_a_model_that_is_too_sure():
    dataset, predictions = drawn(20_000, seed=1, power=2.5)
    calibration = CLASSIFICATION.calibration(dataset, predictions)
    found = class_probabilities(calibration, predictions.iloc[:, 1:].to_numpy())
    truth = 1 / (1 + np.exp(-dataset.features["x"].to_numpy()))
    assert abs(found[:, 1] - truth).mean() < 0.01
    assert found.sum(axis=1) == pytest.approx(1)
    assert Calibration.model_validate_json(calibration.model_dump_json()) == calibration


def test_which_class_is_positive_changes_no_accuracy():
    dataset, predictions = drawn(2_000, seed=2)
    both = []
    for positive in ("yes", "no"):
        o = labelled(dataset.target, predictions, positive=positive)
        both.append(CLASSIFICATION.estimated_metrics(predictions, calibrated(o), positive))
    assert both[0]["accuracy"].value == pytest.approx(both[1]["accuracy"].value, abs=1e-3)
    assert both[0]["roc_auc"].value == pytest.approx(both[1]["roc_auc"].value, abs=1e-3)


def test_several_classes_are_estimated_too():
    rng = np.random.default_rng(3)
    odds = rng.normal(size=(6_000, 3)) * 1.5
    share = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    truth = np.array(list("abc"))[(rng.random((6_000, 1)) > share.cumsum(axis=1)).sum(axis=1)]
    sure = share**2 / (share**2).sum(axis=1, keepdims=True)
    table = pd.DataFrame(sure, columns=["probability_a", "probability_b", "probability_c"])
    table.insert(0, "prediction", np.array(list("abc"))[share.argmax(axis=1)])
    half = slice(0, 3_000), slice(3_000, None)
    calibration = calibrated(labelled(truth[half[0]], table[half[0]]))
    found = CLASSIFICATION.estimated_metrics(table[half[1]], calibration)
    seen = truth[half[1]] == table["prediction"][half[1]]
    assert found["accuracy"].low < seen.mean() < found["accuracy"].high
    assert found["accuracy"].value == pytest.approx(seen.mean(), abs=0.02)
    assert {"roc_auc_ovr", "f1_macro", "recall_macro"} <= set(found)


@pytest.mark.parametrize(
    ("predictions", "truth", "why"),
    [
        (scored([0.4] * 40)[["prediction"]], ["yes", "no"] * 20, "gives no probabilities"),
        (scored([0.4] * 20), ["yes", "no"] * 10, "20 labelled rows, and 30 are needed"),
        (scored([0.4] * 40), ["yes"] * 2 + ["no"] * 38, "2 rows of one class"),
    ],
)
def test_what_cannot_be_calibrated_says_why(predictions, truth, why):
    calibration = calibrated(labelled(truth, predictions))
    assert why in calibration.why_none
    assert not calibration.classes


def test_a_perfect_model_stays_finite():
    truth = ["yes", "no"] * 50
    calibration = calibrated(labelled(truth, scored([1.0, 0.0] * 50)))
    found = CLASSIFICATION.estimated_metrics(scored([1.0, 0.0] * 50), calibration, "yes")
    assert 0.95 < found["accuracy"].value <= 1


def test_a_task_without_an_estimate_has_none():
    dataset, predictions = drawn(50, seed=0)
    assert not REGRESSION.estimates_unlabelled
    assert REGRESSION.calibration(dataset, predictions) is None
