"""Labels of one class come first: the report, the loop and the sensor wait. On real stores."""

from datetime import date

import pytest

from mlops_assets.retraining.day_records import read_day
from mlops_assets.retraining.reading import read_loop_state
from mlops_assets_tests.lifecycle.test_performance_report import (
    DAILY,
    DAYS,
    bring,
    checks,
    monitored,
    panel,
    report,
    rows_of,
    seed_of,
)
from mlops_assets_tests.loop_world import LoopWorld

ROWS = 600
LATER = "2026-01-20"


@pytest.fixture
def world_of_labels(world):
    """A model with a label source, of which the accuracy is watched."""
    world.spec["performance"] = {"metric": "accuracy", "drop": 0.05}
    world.spec["retrain"] = {"cooldown": 1}
    return monitored(world, labels=True)


def label_day(world, day: str, *, turned: bool, first_only: bool, as_of: str):
    """Score a day and bring its labels: all, or those of the class 1 and few of the others."""
    rows = rows_of(seed_of(day), ROWS)
    if turned:
        rows["y"] = rows["y"].where(rows.index % 2 == 0, 1 - rows["y"])
    came = (rows["y"] == 1) | (rows.index % 10 == 0)
    bring(world, "live", day, rows.drop(columns="y"))
    bring(world, "labels", day, rows[came] if first_only else rows)
    done = world.monitor(day, *DAILY, as_of=as_of)
    assert done.success
    return done


def test_one_class_first_waits_and_the_sensor_says_why(world_of_labels):
    world = world_of_labels
    day = DAYS[0]
    early = label_day(world, day, turned=False, first_only=True, as_of=day)
    seen = panel(early)
    assert seen["performance"] == "unknown"
    assert "of rows and mostly for high scores (probability_1 " in seen["summary"]
    assert "performance is judged when they are a fair sample of the day" in seen["summary"]
    assert "| accuracy | 0." in seen["metrics"]
    assert "accuracy" not in seen, "a metric that cannot speak for the day is not plotted"
    assert seen["target_drift"] == seen["summary"]
    assert checks(early)["performance_holds"].passed
    loop = LoopWorld(world)
    assert (
        "labels so far are for"
        in read_loop_state(world.instance, loop.registry, loop.spec).waits_for
    )
    loop.drift(date.fromisoformat(day), "clean", loop.version)
    assert loop.tick().startswith(f"clean on {day}; labels so far are for ")
    label_day(world, day, turned=False, first_only=False, as_of=day)
    assert report(day).performance.status == "ok"
    assert loop.tick() == f"clean on {day}"


def test_a_degraded_model_waits_with_unfair_labels_and_has_dropped_once_they_are_fair(
    world_of_labels,
):
    world, day = world_of_labels, DAYS[0]
    label_day(world, day, turned=True, first_only=True, as_of=day)
    early = report(day).performance.status
    assert early in ("unknown", "dropped")
    label_day(world, day, turned=True, first_only=False, as_of=day)
    assert report(day).performance.status == "dropped"
    facts = read_day(world.instance, "small", date.fromisoformat(day)).performance
    assert (facts.rows, facts.labelled_rows, facts.label_age) == (ROWS, ROWS, 0)
    assert not facts.waits_for


def test_labels_before_the_declared_delay_are_not_judged(world_of_labels):
    world = world_of_labels
    world.spec["live"]["label_delay"] = 10
    rows = rows_of(seed_of(DAYS[0]), ROWS)
    bring(world, "live", DAYS[0], rows.drop(columns="y"))
    bring(world, "labels", DAYS[0], rows[::3])
    early = world.monitor(DAYS[0], *DAILY, as_of=DAYS[1])
    assert panel(early)["summary"].startswith(
        "labels so far are for 33% of rows; performance is judged after 10 days (`label_delay`)"
    )
    assert panel(world.monitor(DAYS[0], *DAILY, as_of=LATER))["performance"] == "ok"
