"""A day that is too small to judge is judged with the days before it."""

from datetime import date

import dagster as dg
import pytest

from mlops_assets.platform.dagster.day_metadata import newest_by_day
from mlops_assets.retraining.day_records import read_day
from mlops_assets_tests.lifecycle.test_drift_report import people, send, served
from mlops_assets_tests.world import World

__all__ = ["served"]
pytestmark = pytest.mark.process

DAYS = [f"2026-01-{day:02}" for day in range(5, 8)]


def panel(world: World, asset: str, day: str) -> dict:
    key = dg.AssetKey(["small", asset])
    newest = newest_by_day(world.instance, key, [date.fromisoformat(day)], dict)
    return next(iter(newest.values()))


def test_small_days_join_the_days_before_them_in_both_reports_and_in_what_the_loop_reads(served):
    served.spec["performance"] = {"metric": "accuracy"}
    served.save()
    for number, day in enumerate(DAYS):
        send(served, day, people(25, seed=number, older=20))
        assert served.monitor(day, "live_data", "predictions").success
    assert served.monitor(DAYS[0], "drift_report", "performance_report").success
    alone = read_day(served.instance, "small", date.fromisoformat(DAYS[0]))
    assert alone.drift.inconclusive_because.startswith("25 rows, ")
    assert alone.performance.status == "unknown"

    assert served.monitor(DAYS[-1], "drift_report", "performance_report").success
    summary = panel(served, "drift_report", DAYS[-1])["summary"]
    assert summary.startswith("drift in 1 of 4 columns (50 rows of 2 days): age mean")
    found = panel(served, "performance_report", DAYS[-1])["summary"]
    assert found.endswith("; judged on 3 days, 75 rows with labels")
    together = read_day(served.instance, "small", date.fromisoformat(DAYS[-1]))
    assert (together.drift.span, together.performance.span) == (2, 3)
    assert together.performance.status != "unknown"
    assert together.performance.metric.low < together.performance.metric.value
