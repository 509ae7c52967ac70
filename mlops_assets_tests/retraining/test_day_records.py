"""Records of days are read from Dagster as they were written, whatever else is shown with them."""

from datetime import date, timedelta

import dagster as dg
import pytest
from pydantic import ValidationError

from mlops_assets.monitoring.day_facts import DayFacts, DaySummary
from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.live_day import LiveFacts
from mlops_assets.monitoring.performance.record import PerformanceFacts
from mlops_assets.platform.dagster.records import KEY, as_metadata
from mlops_assets.retraining.day_records import read_day, read_days, record_of, records_by_day

FIRST = date(2026, 1, 5)
LIVE = LiveFacts(dataset_version="a1", rows=500, outage=None)
DRIFT = DriftFacts(version="1", verdict="clean", summary="clean")
PERFORMANCE = PerformanceFacts(version="1", status="ok", summary="ok", learnable_rows=200)
ALL = {"live_data": LIVE, "drift_report": DRIFT, "performance_report": PERFORMANCE}


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def report(instance: dg.DagsterInstance, asset: str, day: date, **metadata) -> None:
    key = dg.AssetKey(["small", asset])
    event = dg.AssetMaterialization(key, partition=str(day), metadata=metadata)
    instance.report_runless_asset_event(event)


def test_a_day_is_read_as_it_was_written(instance):
    for asset, record in ALL.items():
        report(instance, asset, FIRST, **as_metadata(record), rows="in other words")
    whole = DayFacts(day=FIRST, live=LIVE, drift=DRIFT, performance=PERFORMANCE)
    assert read_day(instance, "small", FIRST) == whole
    assert read_days(instance, "small", FIRST) == [
        whole.model_copy(update={"performance": None})  # only labels of later days matter
    ]


def test_a_report_by_hand_is_left_out_and_the_one_before_it_counts(instance):
    report(instance, "drift_report", FIRST, **as_metadata(DRIFT))
    report(instance, "drift_report", FIRST, note="looks fine to me")
    report(instance, "live_data", FIRST, rows=3)
    assert read_day(instance, "small", FIRST) == DayFacts(day=FIRST, drift=DRIFT)


def test_a_record_of_another_type_is_refused(instance):
    with pytest.raises(ValidationError):
        record_of({KEY: as_metadata(LIVE)[KEY].value}, DriftFacts)


def test_the_newest_thirty_days_and_all_that_have_labels(instance, monkeypatch):
    days = [FIRST + timedelta(days=number) for number in range(40)]
    for day in days:
        for asset, record in ALL.items():
            report(instance, asset, day, **as_metadata(record))
    queries = []
    fetch = instance.fetch_materializations
    monkeypatch.setattr(
        instance, "fetch_materializations", lambda *a, **k: queries.append(a) or fetch(*a, **k)
    )
    found = read_days(instance, "small", FIRST)
    assert [it.day for it in found if it.drift] == days[-30:]
    assert [it.day for it in found if it.performance] == days[1:]
    assert len(queries) == 3


def test_the_line_of_a_day_is_read_from_any_asset(instance):
    report(instance, "entity_map", FIRST, **as_metadata(DaySummary(summary="3 new")))
    report(instance, "live_data", FIRST, **as_metadata(LIVE))
    report(instance, "drift_report", FIRST, **as_metadata(DRIFT))
    lines = {}
    for asset in ("entity_map", "live_data", "drift_report"):
        key = dg.AssetKey(["small", asset])
        lines[asset] = records_by_day(instance, key, DaySummary, [FIRST])[FIRST].summary
    assert lines == {"entity_map": "3 new", "live_data": "", "drift_report": "clean"}
