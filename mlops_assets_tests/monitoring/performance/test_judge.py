"""Live performance compared with the holdout: each status and wording, in both directions."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.table_profile import build_profile
from mlops_assets.monitoring.performance import judge as subject
from mlops_assets.monitoring.performance.judge import (
    judge_performance,
    judged_rows,
    target_verdict,
)
from mlops_assets.monitoring.performance.record import Performance, PerformanceReport
from mlops_assets.platform.table_content import InMemory
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets.tasks.registry import TASKS
from mlops_assets_tests.world import SMALL

NAN = float("nan")


def metric(low: float, high: float, *, value: float | None = None, support: int = 200) -> Metric:
    middle = (low + high) / 2 if value is None else value
    return Metric(value=middle, low=low, high=high, support=support)


def judge(name: str, low: float, high: float, holdout: float, drop: float = 0.05) -> Performance:
    task = next(it for it in TASKS.values() if name in it.metric_names)
    return judge_performance({name: metric(low, high)}, {name: holdout}, name, drop, task)


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [(0.70, 0.84, "dropped"), (0.70, 0.86, "ok"), (0.86, 0.95, "ok"), (0.95, 0.99, "ok")],
)
def test_a_score_drops_once_all_of_its_interval_is_below_the_bound(low, high, status):
    judged = judge("roc_auc", low, high, holdout=0.90)
    assert judged.status == status
    assert judged.bound == pytest.approx(0.85)


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [(2.6, 3.0, "dropped"), (2.4, 3.0, "ok"), (1.0, 2.0, "ok"), (0.1, 0.2, "ok")],
)
def test_an_error_drops_once_all_of_its_interval_is_above_the_bound(low, high, status):
    judged = judge("rmse", low, high, holdout=2.0, drop=0.5)
    assert judged.status == status
    assert judged.bound == pytest.approx(2.5)


def test_the_words_tell_certain_from_possible():
    assert "is past its bound 0.85" in judge("roc_auc", 0.70, 0.84, 0.90).summary
    assert "may be past its bound" in judge("roc_auc", 0.70, 0.86, 0.90).summary
    assert "is within its bound" in judge("roc_auc", 0.86, 0.95, 0.90).summary


@pytest.mark.parametrize(
    ("metrics", "holdout", "monitored", "word"),
    [
        ({}, {}, None, "no stored holdout metrics"),
        ({}, {"f1": 0.9}, "f2", "no metric 'f2'"),
        ({"f1": metric(0.1, 0.2)}, {}, "f1", "no stored holdout f1"),
        ({"f1": metric(0.1, 0.2)}, {"f1": NAN}, "f1", "no stored holdout f1"),
        ({"accuracy": metric(0.1, 0.2)}, {"f1": 0.9}, "f1", "cannot be computed"),
        ({"f1": metric(NAN, NAN, value=NAN)}, {"f1": 0.9}, "f1", "undefined"),
        ({"f1": metric(NAN, NAN, value=0.5)}, {"f1": 0.9}, "f1", "undefined"),
        ({"f1": metric(0.1, 0.2, support=29)}, {"f1": 0.9}, "f1", "29 rows, 30 are needed"),
    ],
)
def test_what_cannot_be_judged_is_unknown_with_the_reason(metrics, holdout, monitored, word):
    judged = judge_performance(metrics, holdout, monitored, 0.05, CLASSIFICATION)
    assert judged.status == "unknown"
    assert word in judged.summary
    assert judged.value is None


def spec(**more) -> LifecycleSpec:
    source = {"type": "csv", "path": "table.csv"}
    return LifecycleSpec.model_validate({**SMALL, "source": source, **more})


def day(rows: int, wrong: float = 0.0) -> tuple[pd.Series, pd.DataFrame]:
    """Labels 0 and 1 by turns, of which the last share `wrong` is predicted wrong."""
    ground_truth = pd.Series(np.arange(rows) % 2, name="y")
    said = np.where(np.arange(rows) < rows * (1 - wrong), ground_truth, 1 - ground_truth)
    sure = np.where(said == 1, 0.9, 0.1)
    scored = {"prediction": said, "probability_0": 1 - sure, "probability_1": sure}
    return ground_truth, pd.DataFrame(scored)


def judge_labels(
    labels: pd.Series, predictions: pd.DataFrame, holdout: dict[str, float], made: LifecycleSpec
) -> tuple[Performance, dict[str, Metric]]:
    """Judge the labels of a day whose features do not matter."""
    live_data = pd.DataFrame({"x": 0.0, "c": "a"}, index=predictions.index)
    rows = judged_rows(InMemory(live_data), labels, predictions, made)
    return subject.judge_labels(rows, labels, predictions, holdout, made)


def test_a_day_of_right_labels_is_ok_and_says_on_how_many_rows():
    labels, predictions = day(200)
    judged, metrics = judge_labels(labels[:150], predictions, {"roc_auc": 0.95}, spec())
    assert judged.status == "ok"
    assert judged.metric == "roc_auc"
    assert "150 of 200 rows have labels" in judged.summary
    assert metrics["accuracy"].support == 150


def test_a_day_of_wrong_labels_has_dropped():
    judged, _ = judge_labels(*day(200, wrong=0.5), {"roc_auc": 0.95}, spec())
    assert judged.status == "dropped"


def test_the_yaml_chooses_the_metric_and_the_drop():
    bound = {"metric": "log_loss", "drop": 0.3}
    labels, predictions = day(200, wrong=0.2)
    judged, metrics = judge_labels(labels, predictions, {"log_loss": 0.1}, spec(performance=bound))
    assert judged.status == "dropped"
    assert judged.bound == pytest.approx(0.4)
    assert judged.value == metrics["log_loss"].value


def test_no_label_and_few_labels_are_unknown():
    labels, predictions = day(200)
    none, _ = judge_labels(labels[:0], predictions, {"roc_auc": 0.95}, spec())
    assert (none.status, none.summary) == ("unknown", "no labels yet: 0 of 200 rows")
    few, metrics = judge_labels(labels[:29], predictions, {"roc_auc": 0.95}, spec())
    assert (few.status, few.summary) == ("unknown", "29 of 200 rows have labels; 30 are needed")
    assert metrics == {}


def test_labels_of_one_class_only_leave_the_area_unknown():
    labels, predictions = day(200)
    judged, _ = judge_labels(labels[labels == 1], predictions, {"roc_auc": 0.95}, spec())
    assert judged.status == "unknown"
    assert "undefined" in judged.summary


def test_labels_the_model_never_saw_are_left_out_and_named():
    labels, predictions = day(200)
    labels = labels.astype(object).where(labels.index >= 20, "maybe")
    judged, metrics = judge_labels(labels, predictions, {"roc_auc": 0.95}, spec())
    assert judged.status == "ok"
    assert "20 of them left out: the model never saw ['maybe']" in judged.summary
    assert metrics["roc_auc"].support == 180


def test_nothing_but_labels_the_model_never_saw_is_unknown():
    labels, predictions = day(200)
    judged, _ = judge_labels(labels.map({0: "no", 1: "yes"}), predictions, {"f1": 1.0}, spec())
    assert judged.status == "unknown"
    assert "never saw ['no', 'yes']; 30 are needed" in judged.summary


def test_a_model_without_probabilities_is_judged_on_every_label():
    labels, predictions = day(200)
    assert not CLASSIFICATION.unseen_labels(labels, predictions[["prediction"]]).any()
    judged, _ = judge_labels(labels, predictions[["prediction"]], {"accuracy": 1.0}, spec())
    assert (judged.status, judged.metric) == ("ok", "accuracy")


def test_a_regression_is_judged_by_its_own_metrics():
    ground_truth = pd.Series(np.arange(200.0), name="y")
    predictions = pd.DataFrame({"prediction": ground_truth + 30 * (-1) ** np.arange(200)})
    made = spec(task="regression", gates={}, performance={"metric": "mae", "drop": 5})
    judged, _ = judge_labels(ground_truth, predictions, {"mae": 10.0, "r2": 1.0}, made)
    assert judged.status == "dropped"
    assert judged.value == pytest.approx(30)


def test_a_target_that_changed_is_drift():
    reference = build_profile(pd.DataFrame({"y": [0, 1] * 500}), Columns(categorical=["y"]))
    calm = target_verdict(pd.Series([0, 1] * 100, name="y"), reference, spec())
    changed = target_verdict(pd.Series([0, 1, 1, 1] * 50, name="y"), reference, spec())
    assert (calm.status, changed.status) == ("clean", "drift")


def test_a_report_survives_the_lake_with_what_is_undefined():
    report = PerformanceReport(
        version="1",
        rows=3,
        labelled_rows=3,
        learnable_rows=3,
        performance=Performance(status="unknown", summary=""),
        metrics={"f1": metric(NAN, NAN, value=NAN)},
        target_drift="unknown",
        target_drift_summary="",
        seconds_per_1000_rows=0.1,
    )
    again = PerformanceReport.model_validate_json(report.model_dump_json())
    assert np.isnan(again.metrics["f1"].value)
    assert again.figures()["f1_low"] is None
