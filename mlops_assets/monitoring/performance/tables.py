"""Markdown tables of a performance report, for the asset's metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.monitoring.performance.record import Performance, PerformanceReport
from mlops_assets.platform.markdown import frame_table, table

if TYPE_CHECKING:
    import pandas as pd

NONE = "none"


def metric_table(report: PerformanceReport) -> str:
    """Each metric with its 95 % interval and rows; the monitored one with its bound."""
    judged = report.performance
    rows = [
        (name, f"{m.value:.4f}", f"{m.low:.4f} to {m.high:.4f}", m.support, _bound(name, judged))
        for name, m in report.metrics.items()
    ]
    return table(["metric", "value", "95 % interval", "rows", "bound"], rows) if rows else NONE


def markdown(frame: pd.DataFrame, rows: int = 10) -> str:
    """The first `rows` of a table as Markdown; `none` if it is empty."""
    return NONE if frame.empty else frame_table(frame.head(rows), numbers=".4g")


def _bound(name: str, judged: Performance) -> str:
    if name != judged.metric:
        return ""
    return f"{judged.bound:.4f} ({judged.status})" if judged.bound is not None else judged.status
