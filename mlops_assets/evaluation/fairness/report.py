"""The comparison of groups for people: a table for the panel, and a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from mlops_assets.evaluation.chance import p_text
from mlops_assets.evaluation.fairness.groups import Groups
from mlops_assets.evaluation.fairness.records import Parity
from mlops_assets.features.dataset import Dataset
from mlops_assets.platform.markdown import plain, table
from mlops_assets.platform.templates import render
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.metrics.metric import Metric, written

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

PANEL_LENGTH = 900
"""Characters; Dagster hides Markdown of 1,000 characters or more behind a click."""
RESAMPLES = 200
"""Of the metrics of a group: all groups together then take as long as the metrics themselves."""
PAGE_GROUPS = 30
"""The most groups of a column on the page; a document has them all."""


class GroupMetrics(BaseModel):
    """Every metric of the task in one group; none if it is too small to judge."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    group: str
    rows: int
    metrics: dict[str, Metric]


def group_metrics(
    task: Task,
    known: Dataset,
    predictions: pd.DataFrame,
    columns: Sequence[Groups],
    least: int,
    *,
    seed: int,
) -> list[GroupMetrics]:
    """The metrics of each group of at least `least` rows, with their intervals."""
    import numpy as np

    found = []
    for groups in columns:
        for code, name in enumerate(groups.names):
            rows = np.flatnonzero(groups.codes == code)
            metrics = {}
            if len(rows) >= least:
                own = known.take(rows), predictions.iloc[rows]
                metrics = task.metrics(*own, seed=seed, resamples=RESAMPLES)
            found.append(
                GroupMetrics(column=groups.column, group=name, rows=len(rows), metrics=metrics)
            )
    return found


def fairness_table(parities: Sequence[Parity], least: int) -> str:
    """The largest differences, those that chance does not explain first, as Markdown."""
    head = ["difference of", "largest, with 95 % interval", "p", "between"]
    ordered = sorted(parities, key=lambda it: 2.0 if it.p_value is None else it.p_value)
    cells = [
        [
            f"{it.rate} by {it.column}",
            " ".join(_written(it.largest)),
            p_text(it.p_value),
            between(it),
        ]
        for it in ordered
    ]
    notes = [*too_small(parities, least), "p of a permutation test, corrected (Holm)."]
    text = "\n\n" + "\n".join(plain(it) for it in notes)
    kept = len(cells)
    while kept > 1 and len(table(head, cells[:kept]) + text) > PANEL_LENGTH:
        kept -= 1
    more = f" {len(cells) - kept} more in the report." if kept < len(cells) else ""
    return table(head, cells[:kept]) + (text if len(text) < PANEL_LENGTH / 2 else "") + more


def between(parity: Parity) -> str:
    """The groups with the lowest and the highest rate: `female 0.31, male 0.45`."""
    if (ends := parity.extremes) is None:
        return "too few rows to judge"
    return ", ".join(f"{it.group} {_written(it.rate)[0]}" for it in ends)


def too_small(parities: Sequence[Parity], least: int) -> list[str]:
    """Which groups cannot be judged by a rate, in words; empty if all can."""
    found: dict[tuple[str, str], list[str]] = {}
    for parity in parities:
        for it in parity.groups:
            if not it.judged:
                by = f"{parity.rate} {it.rate.support}"
                found.setdefault((parity.column, it.group), []).append(by)
    return [
        f"Fewer than {least} rows of {column} {group}, so it is not judged by: {', '.join(rates)}."
        for (column, group), rates in found.items()
    ]


def fairness_page(
    spec: LifecycleSpec,
    parities: Sequence[Parity],
    metrics: Sequence[GroupMetrics],
    least: int,
    rows: int,
) -> str:
    """The page `fairness_report.html`."""
    return render(
        "mlops_assets.evaluation",
        "fairness_report.html.j2",
        title=f"Fairness of {spec.name}",
        about=f"{rows:,} held-out rows. Sensitive: "
        f"{', '.join(dict.fromkeys(it.column for it in parities))}.",
        parities=parities,
        columns=_by_column(parities, metrics),
        metric_names=_metric_names(metrics, {it.rate for it in parities}),
        least=least,
        meanings={it.name: it.meaning for it in parities},
        scale=_scale((it.name, it.largest) for it in parities),
        signed_scale=_scale(
            (it.name, group.difference)
            for it in parities
            for group in it.groups
            if group.difference
        ),
        differing=[it for it in parities if it.differs],
        open=[it for it in parities if it.p_value is None],
        notes=too_small(parities, least),
        written=_written,
        signed=_signed,
        p_text=p_text,
        between=between,
        most=PAGE_GROUPS,
    )


def _by_column(
    parities: Sequence[Parity], metrics: Sequence[GroupMetrics]
) -> dict[str, tuple[list[Parity], list[GroupMetrics]]]:
    found: dict[str, tuple[list[Parity], list[GroupMetrics]]] = {}
    for parity in parities:
        found.setdefault(parity.column, ([], []))[0].append(parity)
    for group in metrics:
        found[group.column][1].append(group)
    return found


def _metric_names(
    metrics: Sequence[GroupMetrics], without: Collection[str]
) -> dict[str, list[str]]:
    """The metrics of the groups of each column, each once, without those shown as rates."""
    found: dict[str, dict[str, None]] = {}
    for it in metrics:
        found.setdefault(it.column, {}).update(dict.fromkeys(it.metrics))
    return {column: [it for it in names if it not in without] for column, names in found.items()}


def _scale(found: Iterable[tuple[str, Metric]]) -> dict[str, float]:
    """The end of the scale of each difference: as far as an interval reaches."""
    most: dict[str, float] = {}
    for name, it in found:
        reach = max(abs(it.low), abs(it.high))
        most[name] = max(most.get(name, 0.0), reach if reach == reach else 0.0)
    return most


def _written(metric: Metric) -> tuple[str, str]:
    """Value and interval; empty if undefined."""
    if metric.value != metric.value:
        return "", ""
    return written(metric.value, metric.low, metric.high)


def _signed(metric: Metric) -> tuple[str, str]:
    """Like `written`, with a plus sign before a positive difference."""
    value, interval = _written(metric)
    return (f"+{value}" if metric.value > 0 else value), interval
