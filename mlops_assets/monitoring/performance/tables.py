"""Markdown tables of a performance report, for the asset's metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlops_assets.figures.style import NO_UNITS, with_unit
from mlops_assets.monitoring.performance.record import Performance, PerformanceReport
from mlops_assets.platform.markdown import frame_table, plain, table
from mlops_assets.tasks.metrics.metric import Metric, decimals, written

if TYPE_CHECKING:
    import pandas as pd

NONE = "none"
ROWS = 5
SHOWN_COLUMNS = 4
"""Of `worst_rows`: row, ground truth, prediction and how wrong it is; more would not fit."""


def metric_table(report: PerformanceReport, units: Mapping[str, str] = NO_UNITS) -> str:
    """Each metric with its 95 % interval and rows; the monitored one with its bound.

    `units` are those of metrics that have one, by name.
    """
    judged = report.performance
    rows = [
        (
            plain(with_unit(name, units)),
            *written(m.value, m.low, m.high),
            m.support,
            _bound(name, m, judged),
        )
        for name, m in report.metrics.items()
    ]
    return table(["metric", "value", "95 % interval", "rows", "bound"], rows) if rows else NONE


def row_table(rows: pd.DataFrame, units: Mapping[str, str] = NO_UNITS) -> str:
    """The worst rows with their ground truth and prediction; their features are in a file.

    `units` are those of columns that have one, by name.
    """
    if rows.empty:
        return NONE
    shown = rows.iloc[:ROWS, :SHOWN_COLUMNS].rename(columns=lambda name: with_unit(name, units))
    return f"{frame_table(shown, numbers='.3g')}\n\nwith all columns in errors.csv"


def _bound(name: str, metric: Metric, judged: Performance) -> str:
    if name != judged.metric:
        return ""
    if judged.bound is None:
        return judged.status
    return f"{judged.bound:,.{decimals(metric.low, metric.high)}f} ({judged.status})"
