"""Records of materializations made before records were kept, from what they showed to people.

Release 0.1 and the commits up to 0.2 wrote only these panels. Delete this file when no home has
such days any more.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from mlops_assets.monitoring.day_facts import DaySummary
from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.live_day import LiveFacts
from mlops_assets.monitoring.performance.record import MonitoredMetric, PerformanceFacts
from mlops_assets.platform.dagster.records import Record
from mlops_assets.registry.records import ProductionVersion, RegisteredVersion
from mlops_assets.spec.stage_names import REJECTED

Panel = Mapping[str, Any]


def record_from_panel(panel: Panel, type_: type[Record]) -> Record | None:
    """The record of that type that the panel shows; None if it is no panel of such an asset."""
    name, read = PANELS[type_]
    record = read(panel) if name in panel else None
    return record if isinstance(record, type_) else None


def _live(panel: Panel) -> LiveFacts:
    return LiveFacts(
        dataset_version=panel.get("dataset_version", ""),
        rows=panel["rows"],
        outage=None if panel["outage"] == "none" else panel["outage"],
    )


def _drift(panel: Panel) -> DriftFacts:
    summary, verdict = panel["summary"], panel["verdict"]
    undecided = verdict == "inconclusive"
    return DriftFacts(
        version=panel["version"],
        verdict=verdict,
        summary=summary,
        inconclusive_because=summary.removeprefix("inconclusive: ") if undecided else "",
        worst_change=summary.partition("): ")[2].partition("; ")[0],
    )


def _performance(panel: Panel) -> PerformanceFacts:
    metric = None
    if "metric_value" in panel:
        parts = {part: panel[f"metric_{part}"] for part in ("value", "low", "high", "bound")}
        metric = MonitoredMetric(name=panel["metric"], **parts)
    return PerformanceFacts(
        version=panel["version"],
        status=panel["performance"],
        summary=panel.get("summary", ""),
        learnable_rows=panel["learnable_rows"],
        metric=metric,
    )


def _registered(panel: Panel) -> RegisteredVersion:
    """What the panel does not show is empty."""
    return RegisteredVersion(
        name="",
        version=panel["version"],
        stage=panel["stage"],
        passed=panel["stage"] != REJECTED,
        is_new=panel["is_new"],
        staged_at=None,
        dataset_version="",
    )


def _production(panel: Panel) -> ProductionVersion:
    """What the panel does not show is empty."""
    return ProductionVersion(
        name=panel["load_with"].removeprefix("models:/").partition("@")[0],
        version=panel["version"],
        previous=None,
        waiting=None,
        why=panel["why"],
        dataset_version="",
    )


def _summary(panel: Panel) -> DaySummary:
    return DaySummary(summary=panel["summary"])


PANELS: Mapping[type[BaseModel], tuple[str, Callable[[Panel], BaseModel]]] = {
    LiveFacts: ("outage", _live),
    DriftFacts: ("verdict", _drift),
    PerformanceFacts: ("performance", _performance),
    RegisteredVersion: ("stage", _registered),
    ProductionVersion: ("load_with", _production),
    DaySummary: ("summary", _summary),
}
"""By type: an entry that every panel of the asset has, and how the panel is read."""
