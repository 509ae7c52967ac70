"""The performance report of a day as checks, which warn."""

from __future__ import annotations

from mlops_assets.claims import Claim
from mlops_assets.monitoring.performance.record import PerformanceReport

CLAIMS = {
    "labels_can_be_read": "What the label source delivered is complete and can be used.",
    "performance_holds": "The monitored metric is within its bound.",
    "no_target_drift": "The labels are distributed as in training.",
}


def report_claims(report: PerformanceReport) -> list[Claim]:
    """The report as checks; an unknown performance passes, with the reason."""
    judged, metric = report.performance, report.performance.metric or "the monitored metric"
    return [
        Claim(
            name="labels_can_be_read",
            passed=not report.unreadable,
            observed=report.unreadable or "they were read",
            bound="labels that can be read, if any have arrived",
            todo="mend the label source, then materialize performance_report for this day again",
        ),
        Claim(
            name="performance_holds",
            passed=judged.status != "dropped",
            observed=judged.summary,
            bound="unknown" if judged.bound is None else f"{metric} not past {judged.bound:.4g}",
            todo="look at the worst slices; the drift sensor starts a retrain if one can help",
        ),
        Claim(
            name="no_target_drift",
            passed=report.target_drift != "drift",
            observed=report.target_drift_summary,
            bound="no drift of the target",
            todo="find out whether the population changed, or the way labels are collected",
        ),
    ]
