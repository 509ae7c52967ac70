"""A panel that release 0.1 wrote for people says the same as the record of today."""

import pytest

from mlops_assets.monitoring.day_facts import DaySummary
from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.live_day import LiveFacts
from mlops_assets.monitoring.performance.record import MonitoredMetric, PerformanceFacts
from mlops_assets.registry.records import ProductionVersion, RegisteredVersion
from mlops_assets.retraining.panels_of_0_1 import PANELS, record_from_panel

LIVE = {"rows": 500, "outage": "none", "dataset_version": "a1"}
DRIFTED = "drift in 2 of 4 columns (600 rows): age mean 45 → 53; income mean 45 → 49"
DRIFT = {"version": "2", "verdict": "drift", "summary": DRIFTED, "rows": 600}
PERFORMANCE = {"version": "2", "performance": "dropped", "learnable_rows": 90, "summary": "bad"}
METRIC = {"value": 0.7, "low": 0.6, "high": 0.8, "bound": 0.85}


def test_a_day_of_live_rows():
    assert record_from_panel(LIVE, LiveFacts) == LiveFacts(
        dataset_version="a1", rows=500, outage=None
    )
    out = record_from_panel({**LIVE, "outage": "day_has_rows: 0 rows"}, LiveFacts)
    assert out is not None
    assert out.outage == "day_has_rows: 0 rows"


def test_a_drift_report():
    assert record_from_panel(DRIFT, DriftFacts) == DriftFacts(
        version="2", verdict="drift", summary=DRIFTED, worst_change="age mean 45 → 53"
    )
    summary = "inconclusive: 40 rows, 120 needed"
    small = {**DRIFT, "verdict": "inconclusive", "summary": summary}
    found = record_from_panel(small, DriftFacts)
    assert found is not None
    assert found.inconclusive_because == "40 rows, 120 needed"


def test_a_performance_report_with_and_without_a_judged_metric():
    facts = {"version": "2", "status": "dropped", "summary": "bad", "learnable_rows": 90}
    found = record_from_panel(PERFORMANCE, PerformanceFacts)
    assert found == PerformanceFacts.model_validate(facts)
    panel = PERFORMANCE | {"metric": "f1"} | {f"metric_{k}": v for k, v in METRIC.items()}
    found = record_from_panel(panel, PerformanceFacts)
    assert found is not None
    assert found.metric == MonitoredMetric(name="f1", **METRIC)


def test_the_versions_of_a_retrain():
    panel = {"version": "3", "stage": "rejected", "is_new": True}
    found = record_from_panel(panel, RegisteredVersion)
    assert found is not None
    assert (found.version, found.stage, found.passed) == ("3", "rejected", False)
    panel = {"version": "2", "load_with": "models:/churn-model@champion", "why": "it passed"}
    found = record_from_panel(panel, ProductionVersion)
    assert found is not None
    assert (found.name, found.version) == ("churn-model", "2")


def test_the_line_of_a_day():
    assert record_from_panel({"summary": "3 rows"}, DaySummary) == DaySummary(summary="3 rows")


@pytest.mark.parametrize("type_", list(PANELS))
def test_what_a_person_reported_by_hand_is_no_record(type_):
    assert record_from_panel({"note": "I looked at it"}, type_) is None
