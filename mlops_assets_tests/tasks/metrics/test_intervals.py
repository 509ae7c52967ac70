"""Metrics with intervals that cover the truth, and fair comparisons of two versions."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.metrics.metric import Difference, Metric
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets_tests.datasets import dataset_of_target


def holdout(rows: int, noise: float, seed: int = 0) -> tuple[np.ndarray, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    ground_truth = (rng.random(rows) < 0.4).astype(int)
    score = 1 / (1 + np.exp(-(2 * ground_truth - 1 + noise * rng.normal(size=rows))))
    named = {"probability_0": 1 - score, "probability_1": score}
    return ground_truth, pd.DataFrame({"prediction": (score > 0.5).astype(int), **named})


def evaluate(
    ground_truth: object, predictions: pd.DataFrame, task: Task, **how: int
) -> dict[str, Metric]:
    return task.metrics(dataset_of_target(ground_truth), predictions, **how)


def paired_difference(
    metric: str,
    ground_truth: object,
    candidate: pd.DataFrame,
    production: pd.DataFrame,
    task: Task,
) -> Difference:
    return task.paired_difference(metric, dataset_of_target(ground_truth), candidate, production)


def test_the_interval_lies_around_the_value_and_shrinks_with_more_rows():
    few, many = (evaluate(*holdout(rows, 2), CLASSIFICATION)["roc_auc"] for rows in (200, 3200))
    for metric in (few, many):
        assert metric.low < metric.value < metric.high
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(4, rel=0.3)


def test_the_interval_of_accuracy_is_the_textbook_one():
    ground_truth, predictions = holdout(2000, 2)
    metric = evaluate(ground_truth, predictions, CLASSIFICATION, resamples=2000)["accuracy"]
    half = 1.96 * np.sqrt(metric.value * (1 - metric.value) / 2000)
    assert (metric.value - metric.low) == pytest.approx(half, rel=0.12)
    assert (metric.high - metric.value) == pytest.approx(half, rel=0.12)


def test_nineteen_of_twenty_intervals_cover_what_the_metric_is_in_the_long_run():
    target = evaluate(*holdout(200_000, 2, seed=99), CLASSIFICATION, resamples=1)
    found = [evaluate(*holdout(300, 2, seed), CLASSIFICATION) for seed in range(60)]
    for name in ("roc_auc", "recall"):
        covered = [m[name].low <= target[name].value <= m[name].high for m in found]
        assert sum(covered) >= 52


def test_the_same_seed_gives_the_same_answer():
    ground_truth, predictions = holdout(150, 2)
    first, again = (evaluate(ground_truth, predictions, CLASSIFICATION, seed=5) for _ in range(2))
    other = evaluate(ground_truth, predictions, CLASSIFICATION, seed=6)
    assert first == again
    assert first["roc_auc"] != other["roc_auc"]
    assert first["roc_auc"].value == other["roc_auc"].value


def test_undefined_stays_undefined_with_its_interval():
    ground_truth = np.array([0, 1] * 20)
    metric = evaluate(ground_truth, pd.DataFrame({"prediction": [0] * 40}), CLASSIFICATION)[
        "precision"
    ]
    assert np.isnan([metric.value, metric.low, metric.high]).all()
    assert metric.support == 0


def test_a_version_compared_with_itself_differs_by_nothing():
    ground_truth, predictions = holdout(100, 2)
    same = paired_difference("roc_auc", ground_truth, predictions, predictions, CLASSIFICATION)
    assert (same.value, same.low, same.high, same.lower_95) == (0, 0, 0, 0)


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss"])
def test_better_is_positive_whichever_way_the_metric_runs(metric):
    ground_truth, sharp = holdout(500, 1)
    _, dull = holdout(500, 3)
    difference = paired_difference(metric, ground_truth, sharp, dull, CLASSIFICATION)
    assert 0 < difference.low < difference.lower_95 < difference.value
    assert paired_difference(metric, ground_truth, dull, sharp, CLASSIFICATION).high < 0


def test_pairing_makes_the_difference_sharper_than_two_intervals():
    ground_truth, predictions = holdout(400, 2)
    nearly = predictions.assign(probability_1=predictions.probability_1.round(2))
    alone = evaluate(ground_truth, predictions, CLASSIFICATION)["roc_auc"]
    paired = paired_difference("roc_auc", ground_truth, nearly, predictions, CLASSIFICATION)
    assert paired.high - paired.low < 0.1 * (alone.high - alone.low)


def test_the_difference_of_means_is_the_one_that_numpy_finds():
    rng = np.random.default_rng(0)
    ground_truth = rng.normal(size=80)
    good, bad = (
        pd.DataFrame({"prediction": ground_truth + s * rng.normal(size=80)}) for s in (1, 2)
    )
    difference = paired_difference("mae", ground_truth, good, bad, REGRESSION)
    expected = (
        abs(ground_truth - bad.prediction).mean() - abs(ground_truth - good.prediction).mean()
    )
    assert difference.value == pytest.approx(expected)


def test_a_version_that_lacks_a_class_is_compared_all_the_same():
    ground_truth = np.array(["a", "b", "c"] * 20)
    new = pd.DataFrame({"prediction": ground_truth})
    old = pd.DataFrame({"prediction": np.where(ground_truth == "c", "a", ground_truth)})
    assert paired_difference("f1_macro", ground_truth, new, old, CLASSIFICATION).lower_95 > 0
