"""The thresholds allow for what the reference's own days differ by."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.column_days import ReferenceDays
from mlops_assets.monitoring.drift.day_vectors import label_vector, number_vector
from mlops_assets.monitoring.drift.days_file import read_days, write_days
from mlops_assets.monitoring.drift.drift_verdict import DriftVerdict, profile_verdict
from mlops_assets.monitoring.drift.reference_days import MOST_BLOCKS
from mlops_assets.monitoring.drift.table_profile import TableProfile, profile_day
from mlops_assets.monitoring.drift.wandering import widening
from mlops_assets_tests.monitoring.drift.days_world import (
    LEVELS,
    dependent_days,
    known_days,
    stream,
)

LEVEL = 0.001


def verdicts(
    profile: TableProfile, live: pd.DataFrame, days: ReferenceDays | None
) -> list[DriftVerdict]:
    """The verdict on each block of as many days as those of the reference have."""
    known = {} if days is None else {"days": days}
    numbers = live["day"].rank(method="dense").astype(int) - 1
    unit = days.unit if days else 1
    return [
        profile_verdict(profile, profile_day(profile, block), **known)
        for _, block in live.groupby(numbers // unit)
    ]


def flagged(found: list[DriftVerdict]) -> float:
    return float(np.mean([verdict.status == "drift" for verdict in found]))


def test_days_that_differ_by_nature_are_no_drift_where_the_reference_knows_its_days():
    table = dependent_days(300, 100)
    profile, days = known_days(table.iloc[: 240 * 100], LEVELS)
    live = table.iloc[240 * 100 :]
    assert flagged(verdicts(profile, live, None)) > 0.8
    assert flagged(verdicts(profile, live, days)) <= 0.02


def test_a_shift_beyond_what_days_differ_by_is_drift():
    table = dependent_days(260, 100)
    profile, days = known_days(table.iloc[: 240 * 100], LEVELS)
    live = table.iloc[240 * 100 :]
    live = live.assign(x=live["x"] + 4)
    found = verdicts(profile, live, days)
    assert flagged(found) == 1
    assert {verdict.drifted for verdict in found} == {("x",)}


@pytest.mark.statistics
@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9, 0.99])
def test_days_that_follow_a_reference_whose_level_wanders_are_flagged_at_most_at_twice_the_rate(
    correlation,
):
    found = []
    for seed in range(8):
        table = dependent_days(160, 60, seed=seed, correlation=correlation)
        profile, days = known_days(table.iloc[: 120 * 60], LEVELS)
        found += verdicts(profile, table.iloc[120 * 60 :], days)
    assert flagged(found) <= 0.02


@pytest.mark.statistics
@pytest.mark.parametrize(
    ("name", "columns"),
    [
        (
            "bike_sharing_hourly",
            Columns(numeric=["temp", "hum", "windspeed"], categorical=["weathersit", "workingday"]),
        ),
        (
            "beijing_pm25",
            Columns(numeric=["DEWP", "TEMP", "PRES", "Iws", "Is", "Ir"], categorical=["cbwd"]),
        ),
    ],
)
def test_odd_days_of_a_real_stream_are_not_called_drift_of_the_even_ones(name, columns):
    table = stream(name).head(24 * 400)
    given = {"year": 0, "month": 0, "day": 0}
    table["day"] = (
        pd.to_datetime(table[[*given]])
        if {*given} <= {*table}
        else pd.to_datetime(table["dteday"], format="%m/%d/%Y")
    )
    odd = table["day"].rank(method="dense") % 2 == 1
    profile, days = known_days(table[odd], columns)
    assert flagged(verdicts(profile, table[~odd], days)) <= 0.02
    independent = ReferenceDays(unit=days.unit, why_none="to compare")
    assert flagged(verdicts(profile, table[~odd], independent)) > 0.5


def test_the_short_vector_of_a_day_is_the_one_that_its_block_has():
    table = dependent_days(40, 100).assign(x=lambda it: it["x"].where(it.index % 7 > 0))
    profile, days = known_days(table, LEVELS)
    day = profile_day(profile, table[table["day"] == table["day"].iloc[500]])
    for name, vector in [
        ("x", number_vector(day.profiles["x"], profile.profiles["x"])),
        ("skewed", number_vector(day.profiles["skewed"], profile.profiles["skewed"])),
        ("label", label_vector(day.profiles["label"])),
    ]:
        assert days.columns[name].cells[5] == pytest.approx(vector, abs=1e-9)
        assert days.columns[name].known[5] == day.profiles[name].known
    assert days.columns["x"].missing[5] == day.profiles["x"].missing > 0


def test_texts_and_flags_have_days_too():
    words = np.array(["alpha", "beta", "gamma", "delta", "epsilon"])
    rng = np.random.default_rng(0)
    table = dependent_days(40, 80)
    spoken = [" ".join(rng.choice(words, 6)) for _ in range(len(table))]
    table = table.assign(note=spoken, flag=table["x"] > 0)
    columns = Columns(text=["note"], boolean=["flag"])
    profile, days = known_days(table, columns)
    live = table.tail(800)
    assert flagged(verdicts(profile, live, days)) == 0
    other = live.assign(note=[text.upper() + " zeta" * 6 for text in live["note"]])
    assert {v.drifted for v in verdicts(profile, other, days)} == {("note",)}


def test_small_days_are_taken_together_until_they_can_be_judged():
    _, days = known_days(dependent_days(200, 20), LEVELS)
    assert days.unit >= 2
    assert days.blocks == 200 // days.unit
    assert days.in_words(0.01).startswith(f"{days.blocks} reference blocks of {days.unit} days")


def test_what_the_thresholds_rest_on_is_said():
    table = dependent_days(40, 100)
    profile, days = known_days(table, LEVELS)
    verdict = profile_verdict(profile, profile_day(profile, table.head(100)), days=days)
    assert verdict.calibration == "40 reference days, which allow 0.01 only roughly"
    profile, days = known_days(table.head(300), LEVELS)
    assert days.in_words(0.01) == (
        "rows are assumed to be independent: the training rows have 3 days with enough rows, and "
        "5 are needed"
    )


def test_a_long_history_is_kept_short():
    _, days = known_days(dependent_days(700, 60), LEVELS)
    assert days.blocks == MOST_BLOCKS


def test_days_come_back_from_their_file_and_judge_alike(tmp_path):
    table = dependent_days(120, 60)
    profile, days = known_days(table, LEVELS)
    write_days({"data": days, "target": ReferenceDays(why_none="none")}, tmp_path / "days.parquet")
    read = read_days(tmp_path / "days.parquet")
    assert read["target"].in_words(0.01) == "rows are assumed to be independent: none"
    assert (read["data"].first == days.first).all()
    day = profile_day(profile, table.tail(60))
    again, before = (profile_verdict(profile, day, days=it) for it in (read["data"], days))
    for one, other in zip(again.columns, before.columns, strict=True):
        assert one.threshold == pytest.approx(other.threshold, rel=1e-5)
    assert (tmp_path / "days.parquet").stat().st_size < 120_000


def test_a_bound_widens_the_more_the_slower_the_level_wanders_and_the_fewer_days_there_are():
    noise = np.random.default_rng(0).normal(size=365)
    assert 1 <= widening(noise, LEVEL) < 1.05
    assert 1.05 < widening(noise[:40], LEVEL) < 4
    assert widening(noise.cumsum(), LEVEL) > 2
    assert widening(np.ones(50), LEVEL) == 1
