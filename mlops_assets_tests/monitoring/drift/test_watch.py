"""Single columns can be left out, need a larger change, or be compared within their season."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.days_file import read_days, write_days
from mlops_assets.monitoring.drift.drift_verdict import profile_verdict
from mlops_assets.monitoring.drift.reference_days import reference_days
from mlops_assets.monitoring.drift.table_profile import build_profile, profile_day
from mlops_assets.monitoring.drift.window import Window
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.watch import ColumnWatch
from mlops_assets_tests.monitoring.drift.days_world import START, dependent_days, known_days
from mlops_assets_tests.world import SMALL

X = Columns(numeric=["x", "skewed"])


def judged(table: pd.DataFrame, live: pd.DataFrame, columns: Columns = X, **watch: ColumnWatch):
    profile, days = known_days(table, columns)
    last = live["day"].max().date()
    return profile_verdict(
        profile, profile_day(profile, live), days=days, window=Window(last=last), watch=watch
    )


def column(verdict, name: str):
    return next(it for it in verdict.columns if it.column == name)


def test_a_column_that_is_not_watched_is_shown_and_never_drift():
    table = dependent_days(60, 100)
    live = table.tail(100).assign(x=50.0)
    assert judged(table, live).drifted == ("x",)
    verdict = judged(table, live, x=ColumnWatch(watch=False))
    assert (verdict.status, verdict.drifted) == ("clean", ())
    assert column(verdict, "x").what == "not judged: `watch: false` in defs.yaml"


def test_a_column_drifts_only_beyond_its_least_effect():
    table = dependent_days(200, 200, between=0.0)
    live = table.tail(200).assign(x=lambda it: it["x"] + 1)
    assert judged(table, live).drifted == ("x",)
    assert judged(table, live, x=ColumnWatch(least_effect=2)).drifted == ()


def test_a_counter_that_goes_on_is_no_drift_and_says_so_and_one_that_restarts_is_judged():
    table = dependent_days(60, 100).assign(counter=lambda it: np.arange(len(it), dtype=float))
    columns = Columns(numeric=["x", "counter"])
    before, after = table.head(5_000), table.tail(100)
    verdict = judged(before, after, columns)
    assert verdict.status == "clean"
    assert column(verdict, "counter").what == (
        "not judged: it moves with time, so each new day lies beyond the reference"
    )
    restarted = after.assign(counter=-1e6)
    assert judged(before, restarted, columns).drifted == ("counter",)


def seasonal(years: int, *, weekday: bool = False) -> pd.DataFrame:
    days = 365 * years
    table = dependent_days(days, 60, between=0.02)
    number = (table["day"] - pd.Timestamp(START)).dt.days
    wave = (number % 7 == 0) * 6.0 if weekday else 4 * np.sin(2 * np.pi * number / 365.25)
    return table.assign(x=table["x"] + wave)


@pytest.mark.parametrize("expected", ["season", "weekday"])
def test_a_day_is_compared_with_those_of_its_season_or_weekday(expected):
    table = seasonal(2, weekday=expected == "weekday")
    day = date(2027, 4, 2) if expected == "season" else date(2027, 7, 5)
    before = table[table["day"] < str(day)]
    live = table[table["day"] == str(day)]
    moved = live.assign(x=live["x"] + 2)
    watch = ColumnWatch(expected=expected)
    assert judged(before, live).status == judged(before, live, x=watch).status == "clean"
    assert judged(before, moved).status == "clean", "other days are as far away"
    verdict = judged(before, moved, x=watch)
    assert verdict.drifted == ("x",)
    assert f"days of the same {expected})" in column(verdict, "x").what


def test_where_no_day_is_alike_all_are_compared():
    table = dependent_days(40, 100)
    profile, days = known_days(table, X)
    live = profile_day(profile, table.tail(100))
    far = START.astype(object) + timedelta(days=200)
    watch = {"x": ColumnWatch(expected="season")}
    verdict = profile_verdict(profile, live, days=days, window=Window(last=far), watch=watch)
    assert verdict.columns == profile_verdict(profile, live, days=days).columns


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"z": {"watch": False}}, "names 'z', which is no feature"),
        ({"x": {"expected": "season"}}, "there is no `timestamp`"),
        ({"x": {"watch": False}, "c": {"watch": False}}, "`watch: false` for every column"),
    ],
)
def test_what_cannot_be_is_explained(given, why):
    source = {"type": "csv", "path": "table.csv"}
    with pytest.raises(ValidationError, match=why):
        LifecycleSpec.model_validate({**SMALL, "source": source, "drift": given})


def hourly(days: int, *, rows: int = 96) -> pd.DataFrame:
    """Rows of all hours, of which `x` and the label follow the hour."""
    table = dependent_days(days, rows, between=0.02)
    hour = np.arange(len(table)) % 24
    night = np.random.default_rng(1).random(len(table)) < np.where(hour < 8, 0.9, 0.1)
    return table.assign(
        x=table["x"] + 3 * np.sin(2 * np.pi * hour / 24),
        label=np.where(night, "night", "day"),
        time=table["day"] + pd.to_timedelta(hour, unit="h"),
    )


def judged_by_hour(table: pd.DataFrame, live: pd.DataFrame, expected: str | None):
    columns, before = Columns(numeric=["x"], categorical=["label"]), table.reset_index(drop=True)
    profile = build_profile(before, columns)
    days = reference_days(before, columns, profile, before["time"])
    hours = np.bincount(live["time"].dt.hour, minlength=24)
    watch = {it: ColumnWatch(expected=expected) for it in ("x", "label")}
    window = Window(last=live["day"].max().date(), hours=hours)
    day = profile_day(profile, live)
    return profile_verdict(profile, day, days=days, window=window, watch=watch)


def test_half_a_day_is_compared_with_the_same_hours():
    table = hourly(120)
    before, last = table[: -2 * 96], table[-2 * 96 :]
    morning = last[last["time"].dt.hour < 8]
    assert {*judged_by_hour(before, morning, None).drifted} == {"x", "label"}
    verdict = judged_by_hour(before, morning, "hour")
    assert verdict.status == "clean"
    assert column(verdict, "x").what.endswith("(118 days as if at the same hours)")
    moved = morning.assign(x=morning["x"] + 1.5)
    assert judged_by_hour(before, moved, "hour").drifted == ("x",)
    other = morning.assign(label="day")
    assert judged_by_hour(before, other, "hour").drifted == ("label",)


def test_a_whole_day_is_judged_the_same_by_hour():
    table = hourly(120)
    before, last = table[: -2 * 96], table[-2 * 96 :]
    for live in (last, last.assign(x=last["x"] + 2)):
        by_hour, plain = (judged_by_hour(before, live, it) for it in ("hour", None))
        assert by_hour.drifted == plain.drifted


def test_hours_are_kept_with_the_days_and_days_without_hours_are_compared_as_they_are(tmp_path):
    table, columns = hourly(30).reset_index(drop=True), Columns(numeric=["x"])
    profile = build_profile(table, columns)
    days = reference_days(table, columns, profile, table["time"])
    write_days({"data": days}, tmp_path / "days.parquet")
    again = read_days(tmp_path / "days.parquet")["data"]
    np.testing.assert_allclose(again.hours, days.hours, rtol=1e-6)
    np.testing.assert_allclose(again.columns["x"].by_hour, days.columns["x"].by_hour, rtol=1e-5)
    assert reference_days(table, columns, profile, table["day"]).hours is None


def test_dates_that_follow_the_calendar_are_no_drift_and_say_so():
    table = dependent_days(60, 100).assign(sold=lambda it: it["day"])
    columns = Columns(numeric=["x"], date=["sold"])
    before, after = table.head(5_000), table.tail(100)
    verdict = judged(before, after, columns)
    assert verdict.status == "clean"
    assert column(verdict, "sold").what == "not judged: the dates follow the calendar"
