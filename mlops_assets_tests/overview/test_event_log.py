"""Reading Dagster's event log in bulk, and then only what is new."""

from datetime import date

import dagster as dg
import pytest

from mlops_assets.overview import event_log
from mlops_assets.overview.event_log import EventLog
from mlops_assets.retraining.day_records import read_days
from mlops_assets_tests.overview.made import LAST, SHARED, Home


def verdicts(log: EventLog, name: str) -> str:
    """A letter per day."""
    return "".join(it.drift.verdict[0] for it in log.models[name].facts() if it.drift)


def test_it_reads_the_days_that_the_loop_reads(made: Home):
    made.days("risk", "ccoidd", dropped=(5,))
    log = EventLog()
    log.refresh(made.instance)
    assert log.models["risk"].facts() == read_days(made.instance, "risk", date.min)


@pytest.mark.parametrize("page", [2, 1_000])
def test_news_are_added_and_the_newest_record_of_a_day_counts(made: Home, monkeypatch, page):
    monkeypatch.setattr(event_log, "PAGE", page)
    made.days("risk", "ccc")
    log = EventLog()
    log.refresh(made.instance)
    assert verdicts(log, "risk") == "ccc"
    made.days("risk", "d")
    made.days("other", "i")
    log.refresh(made.instance)
    assert (verdicts(log, "risk"), verdicts(log, "other")) == ("ccd", "i")
    again = EventLog()
    again.refresh(made.instance)
    assert (verdicts(again, "risk"), verdicts(again, "other")) == ("ccd", "i")


def test_no_more_than_the_newest_days_are_kept(made: Home, monkeypatch):
    monkeypatch.setattr(event_log, "KEPT", 3)
    made.days("risk", "dcccc")
    log = EventLog()
    log.refresh(made.instance)
    log.refresh(made.instance)
    assert [it.day.day for it in log.models["risk"].facts()] == [28, 29, 30]


def test_assets_of_others_are_left_alone(made: Home):
    for partition in ("north", None):
        event = dg.AssetMaterialization(dg.AssetKey(["risk", "live_data"]), partition=partition)
        made.materialize("risk", event, SHARED)
    made.materialize("risk", dg.AssetMaterialization("raw"), SHARED)
    log = EventLog()
    log.refresh(made.instance)
    assert log.models["risk"].facts() == []


@pytest.mark.parametrize(
    ("registered", "production", "result"),
    [
        (("2", "staging"), ("1", "2"), "promoted 2"),
        (("2", "staging"), ("1", "1"), "staged 2"),
        (("2", "rejected"), ("1", "1"), "rejected 2"),
        (("1", "production"), ("1", "1"), "unchanged"),
        (None, (None, None), ""),
    ],
)
def test_the_result_of_a_retrain(made: Home, registered, production, result):
    run = made.retrain("risk", LAST, registered=registered, production=production)
    log = EventLog()
    log.refresh(made.instance)
    assert log.models["risk"].result(run) == result
