"""What runs by itself: the nightly retrain, and yesterday's monitoring."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType

import dagster as dg
import pytest
from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.lifecycle import drift_sensor, schedules
from mlops_assets.monitoring.performance.record import PerformanceFacts
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.world import SMALL, small_definitions, small_retrain

NONE: Mapping = MappingProxyType({})
NOW = datetime(2026, 1, 10, 2, 30, tzinfo=UTC)


def spec(**given) -> LifecycleSpec:
    source = {"type": "simulator", "name": "heart_disease", "rows": 100}
    return LifecycleSpec.model_validate({"source": source, **SMALL, **given})


def tick(schedule: dg.ScheduleDefinition, instance: dg.DagsterInstance | None = None):
    repository = small_definitions().get_repository_def() if instance else None
    context = dg.build_schedule_context(
        instance=instance, scheduled_execution_time=NOW, repository_def=repository
    )
    return schedule.evaluate_tick(context)


def test_both_are_on_from_the_start_at_the_times_the_yaml_names():
    times = {"retrain": "15 1 * * *", "monitor": "0 5 * * 1-5", "timezone": "Europe/Berlin"}
    retrain, monitor = schedules.build(spec(schedule=times))
    assert (retrain.name, retrain.cron_schedule) == ("small_nightly_retrain", "15 1 * * *")
    assert (monitor.name, monitor.cron_schedule) == ("small_daily_monitor", "0 5 * * 1-5")
    assert {it.execution_timezone for it in (retrain, monitor)} == {"Europe/Berlin"}
    assert {it.default_status for it in (retrain, monitor)} == {dg.DefaultScheduleStatus.RUNNING}
    (sensor,) = drift_sensor.build(spec())
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING


def test_by_default_models_are_spread_over_the_hour():
    retrain, monitor = schedules.build(spec())
    assert re.fullmatch(r"\d+ 2 \* \* \*", str(retrain.cron_schedule))
    assert re.fullmatch(r"\d+ 4 \* \* \*", str(monitor.cron_schedule))


@pytest.mark.parametrize("off", ["off", False])  # which is how YAML reads an unquoted off
def test_they_can_be_off(off):
    built = schedules.build(spec(schedule={"status": off}))
    assert {it.default_status for it in built} == {dg.DefaultScheduleStatus.STOPPED}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"retrain": "99 2 * * *"}, "the cron '99 2"),
        ({"retrain": "H(0-70) 2 * * *"}, r"the cron 'H\(0-70\) 2"),
        ({"timezone": "Europe/Berln"}, "the nearest name is 'Europe/Berlin'"),
    ],
)
def test_a_wrong_time_is_named(given, words):
    with pytest.raises((InputError, ValidationError), match=words):
        schedules.build(spec(schedule=given))


def test_the_nightly_retrain_knows_the_day_that_ended_in_its_time_zone(world):
    world.save()
    retrain, _ = schedules.build(spec(schedule={"timezone": "America/New_York"}))
    (request,) = tick(retrain, world.instance).run_requests
    assert request.tags["mlops_assets/as_of"] == "2026-01-08"  # it is still the 9th there


def test_the_nightly_retrain_waits_for_one_in_flight(world):
    world.save()
    running = {"status": dg.DagsterRunStatus.STARTED, "tags": {"model": "small"}}
    world.instance.create_run_for_job(small_retrain(), **running)
    retrain, _ = schedules.build(spec())
    assert tick(retrain, world.instance).skip_message.startswith("retrain in flight: run ")


def test_yesterday_is_monitored_once_a_version_serves(world):
    world.save()
    _, monitor = schedules.build(spec())
    assert tick(monitor, world.instance).skip_message == "no version is in production"
    world.begin()
    requests = tick(monitor, world.instance).run_requests
    assert [request.partition_key[-2:] for request in requests] == ["09", "08", "07", "06", "05"]


@pytest.mark.parametrize("given", [{}, {"timestamp": "at", "schedule": {"monitor": "off"}}])
def test_a_source_without_days_is_not_monitored_nor_one_whose_monitor_is_off(given):
    (retrain,) = schedules.build(spec(source={"type": "csv", "path": "t.csv"}, **given))
    assert retrain.name == "small_nightly_retrain"


@pytest.mark.parametrize("off", ["off", False])
def test_a_retrain_that_is_off_has_no_schedule(off):
    (monitor,) = schedules.build(spec(schedule={"retrain": off}))
    assert monitor.name == "small_daily_monitor"


def labelled(rows: int) -> PerformanceFacts:
    known = {"rows": 100, "labelled_rows": rows, "learnable_rows": rows}
    return PerformanceFacts(version="1", status="unknown", summary="", **known)


def requested(
    day: int, *, since: int = 1, monitored=(), scored=(), partly: Mapping = NONE, **given
) -> list[str]:
    """`5` for a whole day of January, `5*` for its labels alone."""
    known = {"monitored": set(map(january, monitored)), "scored": set(map(january, scored))}
    known["labelled"] = {january(day): labelled(rows) for day, rows in partly.items()}
    requests = schedules.monitor_requests(
        spec(live=given), january(day), since=january(since), **known
    )
    assert len({request.run_key for request in requests}) == len(requests)
    return [
        f"{int(request.partition_key[-2:])}{'*' if request.asset_selection else ''}"
        for request in requests
    ]


def january(day: int) -> date:
    return date(2026, 1, day)


def test_days_that_were_missed_since_the_promotion_are_monitored_too():
    assert requested(9, since=5, monitored=[6, 7]) == ["9", "8"]
    assert requested(20, since=1, monitored=range(1, 12)) == [
        "20",
        "19",
        "18",
        "17",
        "16",
        "15",
        "14",
    ]
    assert requested(9, since=8) == ["9"]
    assert requested(5, since=1, start="2026-01-04") == ["5", "4"]


def test_late_labels_are_joined_for_days_that_were_scored():
    known = {"monitored": range(1, 10), "scored": range(1, 10)}
    assert requested(9, **known, label_delay=3) == ["9", "6*", "5*", "4*", "3*", "2*", "1*"]
    assert requested(9, monitored=range(1, 10), label_delay=3) == ["9"]
    assert requested(9, **known) == ["9"]


def test_days_of_which_some_rows_had_a_label_are_reported_again():
    known = {"monitored": range(1, 18), "scored": range(1, 17)}
    partly = {16: 30, 13: 100, 1: 99}
    assert requested(17, **known, partly=partly) == ["17", "16*", "1*"]
    assert requested(17, **known, partly={16: 0}) == ["17"], "labels may never come"
    assert requested(17, **known, partly=partly, label_delay=1).count("16*") == 1


def test_the_schedule_knows_which_days_had_some_labels(world):
    world.begin()
    scored = {"asset_key": ["small", "predictions"], "partition": "2026-01-08"}
    world.instance.report_runless_asset_event(dg.AssetMaterialization(**scored))
    loop = LoopWorld(world)
    loop.materialize("performance_report", january(8), labelled(40))
    _, monitor = schedules.build(spec())
    requests = tick(monitor, world.instance).run_requests
    assert [it.run_key for it in requests if it.asset_selection] == [
        "2026-01-08 labels of 2026-01-09"
    ]
