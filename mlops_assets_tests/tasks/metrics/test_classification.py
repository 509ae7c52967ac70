"""Every classification metric equals scikit-learn's, plain and weighted."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as reference

from mlops_assets.tasks.metrics.classification import BINARY, MULTICLASS, formulas, support
from mlops_assets.tasks.metrics.labelled import labelled

ROWS = 300


@pytest.fixture(scope="module")
def weights():
    """Bootstrap counts: the holdout as it is, then a few resamples."""
    rng = np.random.default_rng(3)
    drawn = rng.multinomial(ROWS, np.full(ROWS, 1 / ROWS), size=4).astype(float)
    return np.vstack([np.ones(ROWS), drawn])


def four_classes() -> tuple[np.ndarray, pd.DataFrame]:
    rng = np.random.default_rng(4)
    ground_truth = rng.integers(0, 4, ROWS)
    weight = np.round(rng.exponential(size=(ROWS, 4)) + np.eye(4)[ground_truth], 1) + 0.1
    predictions = table(weight / weight.sum(axis=1, keepdims=True))
    predictions.loc[::7, "prediction"] = 0
    return ground_truth, predictions


def table(probability: np.ndarray) -> pd.DataFrame:
    named = {f"probability_{code}": column for code, column in enumerate(probability.T)}
    return pd.DataFrame({"prediction": probability.argmax(axis=1), **named})


def binary(decimals: int) -> tuple[np.ndarray, pd.DataFrame]:
    """Few decimals make ties, which ranking metrics must count half."""
    rng = np.random.default_rng(2)
    ground_truth = rng.integers(0, 2, ROWS)
    score = np.round(1 / (1 + np.exp(-(ground_truth - 0.3 + rng.normal(size=ROWS)))), decimals)
    return ground_truth, table(np.column_stack([1 - score, score]))


BINARY_REFERENCE = {
    "accuracy": lambda y, t, w: reference.accuracy_score(y, t.prediction, sample_weight=w),
    "precision": lambda y, t, w: reference.precision_score(y, t.prediction, sample_weight=w),
    "recall": lambda y, t, w: reference.recall_score(y, t.prediction, sample_weight=w),
    "f1": lambda y, t, w: reference.f1_score(y, t.prediction, sample_weight=w),
    "roc_auc": lambda y, t, w: reference.roc_auc_score(y, t.probability_1, sample_weight=w),
    "average_precision": lambda y, t, w: reference.average_precision_score(
        y, t.probability_1, sample_weight=w
    ),
    "log_loss": lambda y, t, w: reference.log_loss(
        y, t[["probability_0", "probability_1"]], sample_weight=w
    ),
    "brier": lambda y, t, w: reference.brier_score_loss(y, t.probability_1, sample_weight=w),
}


@pytest.mark.parametrize("decimals", [16, 1])
@pytest.mark.parametrize("name", BINARY)
def test_binary_metrics_equal_scikit_learn(name, decimals, weights):
    ground_truth, predictions = binary(decimals)
    ours = BINARY[name](labelled(ground_truth, predictions), weights)
    theirs = [BINARY_REFERENCE[name](ground_truth, predictions, row) for row in weights]
    assert ours == pytest.approx(theirs, rel=1e-10)


def macro(score):
    return lambda y, t, w: score(y, t.prediction, sample_weight=w, average="macro")


def ovr(y, t, w):
    """Scikit-learn's own one-vs-rest takes no weights."""
    columns = [t[f"probability_{code}"] for code in range(4)]
    areas = [
        reference.roc_auc_score(y == code, c, sample_weight=w) for code, c in enumerate(columns)
    ]
    return np.mean(areas)


MULTICLASS_REFERENCE = {
    "accuracy": BINARY_REFERENCE["accuracy"],
    "roc_auc_ovr": ovr,
    "precision_macro": macro(reference.precision_score),
    "recall_macro": macro(reference.recall_score),
    "f1_macro": macro(reference.f1_score),
    "log_loss": lambda y, t, w: reference.log_loss(
        y, t[[f"probability_{code}" for code in range(4)]], sample_weight=w
    ),
}


@pytest.mark.parametrize("name", MULTICLASS)
def test_multiclass_metrics_equal_scikit_learn(name, weights):
    ground_truth, predictions = four_classes()
    ours = MULTICLASS[name](labelled(ground_truth, predictions), weights)
    theirs = [MULTICLASS_REFERENCE[name](ground_truth, predictions, row) for row in weights]
    assert ours == pytest.approx(theirs, rel=1e-10)


def test_precision_without_predicted_positives_is_undefined_and_not_zero():
    o = labelled(np.array([0, 1]), table(np.array([[0.9, 0.1], [0.8, 0.2]])))
    assert np.isnan(BINARY["precision"](o, np.ones((1, 2))))[0]
    assert BINARY["f1"](o, np.ones((1, 2)))[0] == 0


@pytest.mark.parametrize("name", ["recall", "roc_auc", "average_precision"])
def test_without_a_positive_row_rankings_are_undefined(name):
    o = labelled(np.array([0, 0]), table(np.array([[0.9, 0.1], [0.8, 0.2]])))
    assert np.isnan(BINARY[name](o, np.ones((1, 2))))[0]


def test_a_class_without_rows_makes_its_macro_recall_undefined():
    o = labelled(np.array(["a", "b", "a"]), pd.DataFrame({"prediction": ["a", "b", "c"]}))
    assert np.isnan(MULTICLASS["recall_macro"](o, np.ones((1, 3))))[0]


def test_without_probabilities_the_metrics_that_need_them_are_left_out():
    o = labelled(np.array([0, 1]), pd.DataFrame({"prediction": [0, 1]}))
    assert set(formulas(o)) == {"accuracy", "precision", "recall", "f1"}


@pytest.mark.parametrize(
    ("name", "rows"), [("accuracy", 10), ("recall", 3), ("precision", 5), ("roc_auc", 6)]
)
def test_support_is_what_the_metric_counts_on(name, rows):
    ground_truth = np.array([1] * 3 + [0] * 7)
    o = labelled(ground_truth, pd.DataFrame({"prediction": [1] * 5 + [0] * 5}))
    assert support(name, o) == rows


def test_support_of_a_macro_metric_is_set_by_the_rarest_class():
    ground_truth = np.array(["a"] * 6 + ["b"] * 3 + ["c"])
    assert (
        support("f1_macro", labelled(ground_truth, pd.DataFrame({"prediction": ground_truth}))) == 3
    )
