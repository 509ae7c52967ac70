"""Metrics per column of a day, and a verdict as a Markdown table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from mlops_assets.features.columns import Role
from mlops_assets.figures.style import with_unit
from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.column_drift import ColumnDrift
from mlops_assets.monitoring.drift.drift_verdict import DriftVerdict
from mlops_assets.monitoring.drift.histogram import Histogram
from mlops_assets.monitoring.drift.table_profile import ColumnProfile, TableProfile
from mlops_assets.platform.markdown import plain

HEAD = "|column|verdict|what|score and threshold|\n|---|---|---|---|"
LENGTH = 950
"""Characters; Dagster hides Markdown of 1,000 characters or more behind a click."""
UNUSABLE, NAME_LENGTH = re.compile(r"[^\w\- :]"), 200
"""Characters that MLflow rejects in metric names or treats as a path; its limit is 250 in all."""


def column_figures(day: TableProfile, before: str = "") -> dict[str, float]:
    """Metrics `missing/<column>`, a share, and `mean/<column>` of numeric and boolean columns.

    Names are valid in MLflow; `before` is a prefix of the column.
    """
    figures = {}
    for name, role in day.columns.roles():
        profile, shown = day.profiles[name], _shown(before + name)
        figures[f"missing/{shown}"] = profile.missing / max(day.rows, 1)
        if (mean := _mean(profile, role)) is not None:
            figures[f"mean/{shown}"] = mean
    return figures


def figures_by_column(kind: str, values: Mapping[str, float]) -> dict[str, float]:
    """Metrics `<kind>/<column>`; names are valid in MLflow."""
    return {f"{kind}/{_shown(name)}": value for name, value in values.items()}


def _shown(column: str) -> str:
    return UNUSABLE.sub("_", column)[:NAME_LENGTH]


def _mean(profile: ColumnProfile, role: Role) -> float | None:
    if isinstance(profile, Histogram) and role == "numeric" and profile.known:
        return profile.mean
    if isinstance(profile, CategoryCounts) and role == "boolean" and profile.known:
        counted = dict(zip(profile.labels, profile.counts, strict=True))
        return counted["true"] / profile.known if "true" in counted else None
    return None


def column_table(
    verdict: DriftVerdict,
    units: Mapping[str, str] = MappingProxyType({}),
    matters: Callable[[str], str] = lambda column: "",
) -> str:
    """The worst columns as a Markdown table, as many as the Dagster UI shows inline.

    Of what drifted, `matters` says how much, if that is known.
    """
    table = HEAD
    for shown, column in enumerate(verdict.columns):
        words = matters(column.column) if column.drifted else ""
        line = f"\n|{'|'.join(_cells(verdict, column, units, words))}|"
        if shown and len(table) + len(line) > LENGTH:
            left = len(verdict.columns) - shown
            return f"{table}\n\nand {left} other columns in drift.html"
        table += line
    return table


def _cells(
    verdict: DriftVerdict, column: ColumnDrift, units: Mapping[str, str], matters: str
) -> tuple[str, ...]:
    what = f"{matters}; {column.what}" if matters else column.what
    return (
        plain(with_unit(column.column, units)),
        column_status(verdict, column),
        plain(what),
        _score(column),
    )


def column_status(verdict: DriftVerdict, column: ColumnDrift) -> str:
    """`drift`, `clean`, `not judged`, or `too few rows` if the day is inconclusive."""
    return "too few rows" if verdict.status == "inconclusive" else column.verdict


def _score(column: ColumnDrift) -> str:
    """`0.78 > 0.1` of the first statistic that drifted, else of the score; may be empty."""
    measured = next((it for it in column.statistics if it.drifted), None)
    measured = measured or next(iter(column.statistics), None)
    if measured is None:
        return ""
    sign = ">" if measured.drifted else "≤"
    # No-break spaces: the cell stays on one line, and longer texts wrap instead.
    return f"{measured.value:.2g}\u00a0{sign}\u00a0{measured.threshold:.2g}"
