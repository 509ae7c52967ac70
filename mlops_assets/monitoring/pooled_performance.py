"""Judge performance on several days together, where one has too few labels.

Rows of one day resemble each other, so the interval is over days: the jackknife that leaves out one
day at a time, with a t quantile for as many days, where that is wider than the interval over rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import isfinite, sqrt
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.features.dataset import Dataset
from mlops_assets.monitoring.earlier_days import EarlierDay, EarlierDays
from mlops_assets.monitoring.labels import labels_and_context
from mlops_assets.monitoring.performance.judge import judge_performance, judged_rows
from mlops_assets.monitoring.performance.label_sample import waits_for
from mlops_assets.monitoring.performance.record import Performance
from mlops_assets.platform.table_content import InMemory
from mlops_assets.spec.gates import MINIMUM_ROWS
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

FEWEST_DAYS = 3
"""Fewer days tell next to nothing about how much a metric differs between them."""


class LabelledDay(NamedTuple):
    """The judged rows of one day, their predictions, and those of its rows without a label."""

    judged: Dataset
    predictions: pd.DataFrame
    rest: pd.DataFrame

    @classmethod
    def of(cls, judged: Dataset, outputs: pd.DataFrame, labels: pd.Series) -> LabelledDay:
        """A day by the predictions of all its rows and the labels that have come."""
        unlabelled = outputs.loc[outputs.index.difference(labels.index)]
        return cls(judged, outputs.loc[judged.features.index], unlabelled)


class PooledPerformance(NamedTuple):
    """The performance over several days, its metrics, and the days."""

    performance: Performance
    metrics: Mapping[str, Metric]
    span: int
    """From the first to the last day, in days of the calendar."""
    waits_for: str
    """Why the labels of these days cannot speak for them; empty if they can."""


def pooled_performance(
    day: date,
    today: LabelledDay,
    model_id: str,
    holdout: Mapping[str, float],
    spec: LifecycleSpec,
    settings: Settings,
    earlier: EarlierDays,
) -> PooledPerformance | None:
    """The performance of the day with earlier ones that the same version scored.

    None unless at least three days together have enough labels. A day that has enough by itself
    joins no other.
    """
    parts, days = [today], [day]
    for found in earlier.before(day):
        if found.predictions.model_id != model_id:
            continue
        part = _labelled(found, spec, settings)
        if len(part.judged) >= MINIMUM_ROWS:
            return None
        if len(part.judged):
            parts, days = [*parts, part], [*days, found.day]
            judged = _judged(parts, holdout, spec)
            if judged and (judged[0].status != "unknown" or judged[2]):
                found, metrics, waits = judged
                return PooledPerformance(found, metrics, (days[0] - days[-1]).days + 1, waits)
    return None


def _labelled(found: EarlierDay, spec: LifecycleSpec, settings: Settings) -> LabelledDay:
    """The rows of an earlier day whose labels have come by now."""
    predictions = found.predictions.table
    rows, labels, _ = labels_and_context(found.live.table, spec, settings, found.day)
    judged = judged_rows(InMemory(rows), labels, predictions, spec)
    return LabelledDay.of(judged, predictions, labels)


def _judged(
    parts: list[LabelledDay], holdout: Mapping[str, float], spec: LifecycleSpec
) -> tuple[Performance, dict[str, Metric], str] | None:
    """The performance on some days, its metrics and what it waits for; None if too few."""
    rows = sum(len(part.judged) for part in parts)
    if len(parts) < FEWEST_DAYS or rows < MINIMUM_ROWS:
        return None
    joined = joined_days(parts)
    metrics = spec.task.metrics(joined.judged, joined.predictions, seed=spec.seed)
    name = spec.performance.metric or spec.gates.compared_metric(holdout, spec.task)
    if name in metrics:
        metrics[name] = _over_days(name, metrics[name], parts, spec)
    waits = waits_for(joined.predictions, joined.rest, spec)
    if waits:
        judged = Performance(status="unknown", summary=waits, metric=name)
    else:
        judged = judge_performance(metrics, holdout, name, spec.performance.drop, spec.task)
    summary = f"{judged.summary}; judged on {len(parts)} days, {rows} rows with labels"
    return judged.model_copy(update={"summary": summary}), metrics, waits


def _metrics(parts: list[LabelledDay], spec: LifecycleSpec) -> dict[str, Metric]:
    joined = joined_days(parts)
    return spec.task.metrics(joined.judged, joined.predictions, seed=spec.seed)


def _over_days(name: str, metric: Metric, parts: list[LabelledDay], spec: LifecycleSpec) -> Metric:
    """The metric with the wider of its interval over rows and that over days."""
    from scipy.special import stdtrit

    others = [_metrics([it for it in parts if it is not left], spec)[name] for left in parts]
    values = [it.value for it in others]
    if not all(map(isfinite, values)):
        return metric
    mean, count = sum(values) / len(values), len(values)
    error = sqrt((count - 1) / count * sum((value - mean) ** 2 for value in values))
    half = float(stdtrit(count - 1, 0.975)) * error
    low, high = min(metric.low, metric.value - half), max(metric.high, metric.value + half)
    return metric.model_copy(update={"low": low, "high": high})


def joined_days(parts: list[LabelledDay]) -> LabelledDay:
    """The rows of several days, numbered anew."""
    import pandas as pd

    def together(tables: Iterable) -> pd.DataFrame:
        return pd.concat([*tables], ignore_index=True)

    first = parts[0].judged
    judged = Dataset(
        features=together(it.judged.features for it in parts),
        columns=first.columns,
        target=together(it.judged.target for it in parts),
        context=together(it.judged.context for it in parts),
        roles=first.roles,
        positive=first.positive,
    )
    outputs, rest = (together(it[at] for it in parts) for at in (1, 2))
    return LabelledDay(judged, outputs, rest)
