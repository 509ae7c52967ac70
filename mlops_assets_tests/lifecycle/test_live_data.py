"""A day of live rows: scored when it is sound, and stopped by a check that says what is wrong."""

import gzip
from datetime import date
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from mlops_assets.retraining.day_records import read_day
from mlops_assets_tests.world import World, small_table

DAY, NEXT = "2026-01-05", "2026-01-06"


@pytest.fixture
def live(world) -> World:
    """The small model with a version that serves, and live rows in a file for each day."""
    world.spec["live"] = {"source": {"type": "csv", "path": str(world.settings.home / "{day}.csv")}}
    world.spec["identity"] = ["id"]
    small_table().assign(id=range(400)).to_csv(world.csv, index=False)
    world.begin()
    return world


def deliver(world: World, day: str, rows: pd.DataFrame) -> Path:
    path = world.settings.home / f"{day}.csv"
    rows.to_csv(path, index=False)
    return path


def rows(start: int = 0) -> pd.DataFrame:
    return small_table(300).iloc[start:].assign(id=lambda table: range(start, start + len(table)))


def test_a_sound_day_is_scored_by_the_version_that_serves(live):
    deliver(live, DAY, rows())
    assert live.monitor(DAY, "live_data", "predictions").success
    made = live.children()
    assert made["predictions"].data.tags["version"] == "1"
    assert made["predictions"].data.tags["partition"] == DAY
    assert made["predictions"].data.metrics["rows"] == 300
    assert outage(live, DAY) == "none"


BROKEN = {
    "empty": (lambda t: t.iloc[:0], "day_has_rows", "0 rows"),
    "column gone": (lambda t: t.drop(columns="x"), "day_has_its_columns", "no column 'x'"),
    "column null": (
        lambda t: t.assign(x=None),
        "day_has_no_empty_column",
        "missing values in ['x']",
    ),
    "wrong type": (
        lambda t: t.assign(x="high"),
        "day_fits_its_roles",
        "are not valid numeric values",
    ),
    "row twice": (
        lambda t: pd.concat([t, t.head(3)]),
        "day_repeats_no_row",
        "3 of 303 rows repeat",
    ),
}


UNREADABLE = {
    "cut off": (lambda csv: gzip.compress(csv)[:-20], "cannot be unpacked"),
    "one byte": (lambda csv: _flipped(gzip.compress(csv)), "cannot be unpacked"),
    "no text": (lambda csv: csv.replace(b"a", b"\xff"), "is not UTF-8 text"),
    "row too long": (lambda csv: csv + b"1,2,3,4,5,6,7\n", "Expected 4 fields"),
}


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :]


def test_a_file_that_cannot_be_read_is_an_outage_named_by_a_check(live):
    for breaks, words in UNREADABLE.values():
        path = deliver(live, DAY, rows())
        path.write_bytes(breaks(path.read_bytes()))
        result = live.monitor(DAY)
        assert made(result) == {"live_data"}
        assert words in live.children()["day_can_be_read"].data.tags["reason"]
        assert outage(live, DAY).startswith("day_can_be_read: ")
    deliver(live, DAY, rows())
    assert live.monitor(DAY, "live_data", "predictions").success
    assert outage(live, DAY) == "none"


@pytest.mark.parametrize(("breaks", "check", "words"), BROKEN.values(), ids=list(BROKEN))
def test_an_outage_is_named_by_a_check_and_nothing_is_scored(live, breaks, check, words):
    deliver(live, DAY, breaks(rows()))
    result = live.monitor(DAY)
    assert not result.success
    assert words in live.children()[check].data.tags["reason"]
    assert live.children()[check].info.status == "FAILED"
    assert made(result) == {"live_data"}
    assert outage(live, DAY).startswith(f"{check}: ")
    # By hand, in a run of its own, neither.
    assert not live.monitor(DAY, "predictions").success
    assert f"{check} failed" in live.children()["predictions"].data.tags["reason"]


def test_a_day_that_comes_again_as_the_next_one_is_an_outage(live):
    deliver(live, DAY, rows())
    assert live.monitor(DAY, "live_data", "predictions").success
    deliver(live, NEXT, rows().sample(frac=1, random_state=1))
    assert not live.monitor(NEXT).success
    reason = live.children()["day_repeats_no_other_day"].data.tags["reason"]
    assert f"exactly the rows of {DAY}" in reason
    deliver(live, NEXT, rows(start=5))
    assert live.monitor(NEXT, "live_data", "predictions").success


def mixed(day=None) -> pd.DataFrame:
    """Live rows as a program may deliver them: numbers, and a word among them."""
    table = rows().astype({"x": object})
    table.loc[7, "x"] = "high"
    return table


def test_words_among_numbers_are_named_by_a_check(live, monkeypatch):
    monkeypatch.setenv("MLOPS_ASSETS_ALLOWED_NAMES", f"{__name__}.mixed")
    live.spec["live"] = {"source": {"type": "python", "function": f"{__name__}.mixed"}}
    assert not live.monitor(DAY).success
    assert "such as ['high']" in live.children()["day_fits_its_roles"].data.tags["reason"]


def test_the_same_day_can_be_materialized_again(live):
    deliver(live, DAY, rows())
    for _ in range(2):
        assert live.monitor(DAY, "live_data", "predictions").success


def test_without_a_version_that_serves_the_day_says_what_to_do(world):
    world.spec["live"] = {"source": {"type": "csv", "path": str(world.settings.home / "{day}.csv")}}
    deliver(world, DAY, rows())
    assert not world.monitor(DAY).success
    reason = world.children()["predictions"].data.tags["reason"]
    assert "no version of small is in production" in reason


def test_a_source_without_days_says_what_to_do(world):
    world.begin()
    assert not world.monitor(DAY).success
    reason = world.children()["live_data"].data.tags["reason"]
    assert "cannot be read by day" in reason
    assert made(world.monitor(DAY)) == set()


def outage(world: World, day: str) -> str:
    """What the sensor reads, "none" without an outage."""
    live = read_day(world.instance, "small", date.fromisoformat(day)).live
    assert live is not None
    return live.outage or "none"


def made(result: dg.ExecuteInProcessResult) -> set[str]:
    return {event.asset_key.path[-1] for event in result.get_asset_materialization_events()}
