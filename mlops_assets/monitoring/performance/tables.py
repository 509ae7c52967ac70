"""Markdown tables of a performance report, for the asset's metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlops_assets.figures.style import NO_UNITS, with_unit
from mlops_assets.monitoring.performance.record import Performance, PerformanceReport
from mlops_assets.platform.markdown import table
from mlops_assets.tasks.metrics.metric import Metric, decimals, written

if TYPE_CHECKING:
    import pandas as pd

NONE, ESTIMATED = "none", "estimated without labels"
ROWS = 5
SHOWN_COLUMNS = 4
"""Of `worst_rows`: row, ground truth, prediction and how wrong it is; more would not fit."""


def metric_table(report: PerformanceReport, units: Mapping[str, str] = NO_UNITS) -> str:
    """Each metric with its 95 % interval and rows; the monitored one with its bound.

    In the last column what was expected without labels. `units` are those of metrics that have one,
    by name.
    """
    expected = report.estimate.metrics if report.estimate else {}
    if not report.metrics and expected:
        return _expected_table(expected, units)
    judged = report.performance
    rows = [
        (
            with_unit(name, units),
            *written(m.value, m.low, m.high),
            m.support,
            _bound(name, m, judged),
            *([_written(expected.get(name))] if expected else []),
        )
        for name, m in report.metrics.items()
    ]
    heads = ["metric", "value", "95 % interval", "rows", "bound"]
    return table([*heads, *([ESTIMATED] if expected else [])], rows) if rows else NONE


def _expected_table(metrics: Mapping[str, Metric], units: Mapping[str, str]) -> str:
    rows = [(with_unit(name, units), _written(it)) for name, it in metrics.items()]
    return table(["metric", ESTIMATED], rows)


def _written(metric: Metric | None) -> str:
    if metric is None:
        return ""
    return " ".join(written(metric.value, metric.low, metric.high)).strip()


def row_table(rows: pd.DataFrame, units: Mapping[str, str] = NO_UNITS) -> str:
    """The worst rows with their ground truth and prediction; their features are in a file.

    `units` are those of columns that have one, by name.
    """
    if rows.empty:
        return NONE
    shown = rows.iloc[:ROWS, :SHOWN_COLUMNS]
    names = [with_unit(str(name), units) for name in shown.columns]
    cells = [[_cell(it) for it in row] for row in shown.itertuples(index=False)]
    return f"{table(names, cells)}\n\nwith all columns in errors.csv"


def _cell(value: object) -> object:
    """A label as it is; a number with three decimals or four digits, such as 0.970 and 1,234."""
    if not isinstance(value, float):
        return value
    if abs(value) < 10:
        return f"{value:.3f}"
    return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def _bound(name: str, metric: Metric, judged: Performance) -> str:
    if name != judged.metric:
        return ""
    if judged.bound is None:
        return judged.status
    return f"{judged.bound:,.{decimals(metric.low, metric.high)}f} ({judged.status})"
