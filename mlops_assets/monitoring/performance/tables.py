"""Markdown tables of a performance report, for the asset's metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.monitoring.performance.record import Performance, PerformanceReport

if TYPE_CHECKING:
    import pandas as pd

NONE = "none"


def metric_table(report: PerformanceReport) -> str:
    """Each metric with its 95 % interval and rows; the monitored one with its bound."""
    rows = [
        f"| {name} | {m.value:.4f} | {m.low:.4f} to {m.high:.4f} | {m.support} "
        f"| {_bound(name, report.performance)} |"
        for name, m in report.metrics.items()
    ]
    head = ["| metric | value | 95 % interval | rows | bound |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *rows]) if rows else NONE


def markdown(table: pd.DataFrame, rows: int = 10) -> str:
    """The first `rows` of a table as Markdown; `none` if it is empty."""
    if table.empty:
        return NONE
    # A vertical bar would end the cell.
    safe = table.head(rows).map(lambda cell: _escaped(cell) if isinstance(cell, str) else cell)
    safe = safe.rename(columns=lambda name: _escaped(str(name)))
    return safe.to_markdown(index=False, floatfmt=".4g") or NONE


def _bound(name: str, judged: Performance) -> str:
    if name != judged.metric:
        return ""
    return f"{judged.bound:.4f} ({judged.status})" if judged.bound is not None else judged.status


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
