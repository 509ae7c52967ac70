"""Labels that come late, for some rows or for one class first, are not taken for a drop."""

import pandas as pd
import pytest

from mlops_assets.monitoring.performance.judge import judge_labels, judged_rows
from mlops_assets.monitoring.performance.label_sample import usual_share, waits_for
from mlops_assets.monitoring.performance.record import PerformanceFacts
from mlops_assets.platform.table_content import InMemory
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets_tests.monitoring.performance.label_arrival import ScoredRows, scored_rows
from mlops_assets_tests.world import SMALL

DAYS, ROWS = 30, 1_000
HOLDOUT = {"accuracy": 0.82}


def spec(**live) -> LifecycleSpec:
    source = {"type": "csv", "path": "table.csv"}
    watched = {"performance": {"metric": "accuracy"}, "identity": ["id"], "live": live}
    return LifecycleSpec.model_validate({**SMALL, "source": source, **watched})


def waits(day: ScoredRows, labels: pd.Series, *more, **live) -> str:
    has_label = day.predictions.index.isin(labels.index)
    return waits_for(day.predictions[has_label], day.predictions[~has_label], spec(**live), *more)


def status(day: ScoredRows, labels: pd.Series, waits: str) -> str:
    live = pd.DataFrame({"x": 0.0, "c": "a"}, index=day.predictions.index)
    rows = judged_rows(InMemory(live), labels, day.predictions, spec())
    return judge_labels(rows, labels, day.predictions, HOLDOUT, spec(), waits=waits)[0].status


def statuses(age: int, *, first: int | None, wrong: float = 0.0) -> tuple[list[str], list[str]]:
    """The performance of many days, judged by whatever labels are there, and as it is now."""
    naive, judged = [], []
    for seed in range(DAYS):
        day = scored_rows(ROWS, seed=seed, wrong=wrong)
        labels = day.arrived(age, first=first, seed=seed)
        naive.append(status(day, labels, ""))
        judged.append(status(day, labels, waits(day, labels)))
    return naive, judged


@pytest.mark.statistics
def test_one_class_first_is_no_drop_of_a_good_model():
    naive, judged = statuses(1, first=1)
    assert naive.count("dropped") > 0.9 * DAYS
    assert set(judged) == {"unknown"}


@pytest.mark.statistics
def test_a_random_third_of_the_labels_is_judged_and_a_good_model_has_not_dropped():
    _, judged = statuses(7, first=None)
    assert judged.count("ok") >= 0.9 * DAYS
    assert "dropped" not in judged


@pytest.mark.statistics
@pytest.mark.parametrize(("age", "first"), [(7, None), (120, 1)])
def test_a_degraded_model_has_dropped_once_its_labels_are_a_fair_sample(age, first):
    _, judged = statuses(age, first=first, wrong=0.8)
    assert judged.count("dropped") >= 0.9 * DAYS


def test_the_reason_says_how_many_rows_which_and_until_when():
    day = scored_rows(ROWS, seed=1)
    labels = day.arrived(1, first=1, seed=1)
    share = f"{len(labels) / ROWS:.0%}"
    words = waits(day, labels)
    assert words.startswith(
        f"labels so far are for {share} of rows and mostly for high scores (probability_1 0.4"
    )
    assert words.endswith("; performance is judged when they are a fair sample of the day")


def facts(labelled: int, age: int | None) -> PerformanceFacts:
    known = {"rows": 100, "labelled_rows": labelled, "label_age": age}
    return PerformanceFacts(version="1", status="ok", summary="", learnable_rows=0, **known)


def test_labels_still_arrive_until_the_declared_delay_or_as_long_as_older_days_have_more():
    day = scored_rows(ROWS, seed=1)
    labels = day.arrived(7, seed=1)
    declared = waits(day, labels, 7, label_delay=30)
    assert declared.endswith("% of rows; performance is judged after 30 days (`label_delay`)")
    assert waits(day, labels, 30, [], label_delay=30) == ""
    older = [facts(90, 16), facts(94, 20), facts(99, 16), facts(10, 2), facts(5, None)]
    assert usual_share(7, older) == 0.94
    learned = waits(day, labels, 7, older)
    assert learned.endswith(
        "is judged when there are as many as usual at that age, for 94% of rows"
    )
    assert waits(day, labels, 7, older[3:]) == ""
    assert waits(day, labels, 7, [facts(35, 16)] * 3) == "", "a third is usual"
    assert waits(day, day.ground_truth[:960], 0, [], label_delay=30) == "", "nearly all are there"


def test_labels_of_reviewed_classes_are_told_by_the_predicted_class():
    said = pd.DataFrame({"prediction": ["yes"] * 300 + ["no"] * 700})
    reviewed, rest = said.iloc[:340], said.iloc[340:]
    assert not CLASSIFICATION.prediction_columns(said).numeric
    words = waits_for(reviewed, rest, spec())
    assert "34% of rows and mostly for the prediction yes (88%, 0% without a label)" in words


def test_a_day_without_labels_or_with_too_few_to_tell_does_not_wait():
    day = scored_rows(ROWS, seed=1)
    assert waits(day, day.ground_truth[:0], 0, [], label_delay=30) == ""
    assert waits(day, day.ground_truth[day.ground_truth == 1][:20]) == ""
