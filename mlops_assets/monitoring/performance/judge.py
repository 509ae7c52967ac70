"""Judge whether live performance has dropped below the holdout performance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

from mlops_assets.evaluation.slices import shown
from mlops_assets.features.columns import nearest
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.dates import with_dates
from mlops_assets.monitoring.drift.column_days import ReferenceDays
from mlops_assets.monitoring.drift.drift_verdict import NO_DAYS, DriftVerdict, profile_verdict
from mlops_assets.monitoring.drift.table_profile import profile_day
from mlops_assets.monitoring.performance.record import Performance
from mlops_assets.spec.gates import MINIMUM_ROWS
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.metrics.metric import Metric, decimals, written

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.monitoring.drift.table_profile import TableProfile
    from mlops_assets.platform.table_content import Content
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

EXAMPLES = 3


def judge_labels(
    day: Dataset,
    labels: pd.Series,
    predictions: pd.DataFrame,
    holdout: Mapping[str, float],
    spec: LifecycleSpec,
    rows: int | None = None,
    waits: str = "",
) -> tuple[Performance, dict[str, Metric]]:
    """Judge the performance of a day and compute its metrics, on the rows with a known target.

    `labels` are all that have arrived, and `day` the rows with one that can be judged (see
    `judged_rows`); `holdout` has the version's holdout metrics by name; `rows` counts the day's,
    by default the predictions. With fewer than 30 labelled rows there are no metrics. `waits` is
    why the labels so far cannot speak for the day (see `waits_for`).
    """
    coverage = _coverage(labels, day.known_target(), len(predictions) if rows is None else rows)
    if len(day) < MINIMUM_ROWS:
        return Performance(status="unknown", summary=coverage), {}
    metrics = spec.task.metrics(day, predictions.loc[day.features.index], seed=spec.seed)
    monitored = spec.performance.metric or spec.gates.compared_metric(holdout, spec.task)
    if waits:
        summary = f"{waits}; {coverage}"
        return Performance(status="unknown", summary=summary, metric=monitored), metrics
    judged = judge_performance(metrics, holdout, monitored, spec.performance.drop, spec.task)
    return judged.model_copy(update={"summary": f"{judged.summary}; {coverage}"}), metrics


def judged_rows(
    live: Content, labels: pd.Series, predictions: pd.DataFrame, spec: LifecycleSpec
) -> Dataset:
    """The rows of a day that have a label of a class that the model knows, and its late context.

    No metric is meaningful for a class that the model has never seen, so metrics leave these rows
    out; target drift counts them. `predictions` tells the classes by its columns. The rows are
    typed batch by batch.
    """
    target = labels[~spec.task.unseen_labels(labels, predictions)]
    needed = [*spec.columns.names, *spec.context_columns.names]
    batches = live.batches([name for name in live.columns if name in needed])
    return _joined([_judged(batch, target, spec) for batch in batches])


def _judged(batch: pd.DataFrame, target: pd.Series, spec: LifecycleSpec) -> Dataset:
    known = batch.index[batch[spec.late_columns].notna().all(axis=1)]
    places = target.index.get_indexer(known)
    target = target.iloc[places[places >= 0]]
    rows = with_dates(batch, spec.columns.date).loc[target.index]
    return spec.dataset(rows).with_target(target)


def _joined(parts: list[Dataset]) -> Dataset:
    import pandas as pd

    if len(parts) == 1:
        return parts[0]
    return replace(
        parts[0],
        features=pd.concat([it.features for it in parts]),
        context=pd.concat([it.context for it in parts]),
        target=pd.concat([it.known_target() for it in parts]),
    )


def judge_performance(
    metrics: Mapping[str, Metric],
    holdout: Mapping[str, float],
    monitored: str | None,
    drop: float,
    task: Task,
) -> Performance:
    """Compare the day's `monitored` metric with the holdout's.

    The bound is `drop` worse than the holdout: below it, or above it for errors such as `rmse`.
    `dropped` if the whole 95 % interval is beyond the bound, otherwise `ok`. `unknown`, with the
    reason, if the metric is undefined, is computed on fewer than 30 rows, or has no value on the
    holdout.
    """
    if reason := _unknown(metrics, holdout, monitored, task):
        return Performance(status="unknown", summary=reason, metric=monitored)
    name = str(monitored)
    metric, baseline, higher = metrics[name], holdout[name], name not in task.lower_is_better
    bound = baseline - drop if higher else baseline + drop
    dropped = metric.high < bound if higher else metric.low > bound
    beyond = metric.value < bound if higher else metric.value > bound
    digits = decimals(metric.low, metric.high)
    return Performance(
        status="dropped" if dropped else "ok",
        summary=f"{name} {' '.join(written(metric.value, metric.low, metric.high)).strip()} "
        f"{_position(dropped, beyond)} {bound:,.{digits}f} (holdout {baseline:,.{digits}f})",
        metric=name,
        value=metric.value,
        low=metric.low,
        high=metric.high,
        bound=bound,
        holdout=baseline,
    )


def target_verdict(
    labels: pd.Series, reference: TableProfile, spec: LifecycleSpec, days: ReferenceDays = NO_DAYS
) -> DriftVerdict:
    """Whether the labels are distributed as in the version's training rows, which have `days`."""
    rate, day = spec.retrain.false_alarm_rate, profile_day(reference, labels.to_frame())
    return profile_verdict(reference, day, false_alarm_rate=rate, seed=spec.seed, days=days)


def _unknown(
    metrics: Mapping[str, Metric],
    holdout: Mapping[str, float],
    monitored: str | None,
    task: Task,
) -> str:
    if monitored is None:
        return "the version has no stored holdout metrics to compare with"
    if monitored not in task.metric_names:
        hint = nearest(str(monitored), list(task.metric_names))
        return f"there is no metric {monitored!r}{hint}; correct `performance.metric`"
    if isnan(holdout.get(monitored, float("nan"))):
        return f"the version has no stored holdout {monitored} to compare with"
    if monitored not in metrics:
        return f"{monitored} cannot be computed here; available are {list(metrics)}"
    metric = metrics[monitored]
    if why := task.untrusted(metrics):
        return why
    if any(map(isnan, (metric.value, metric.low, metric.high))):
        return f"{monitored} is undefined on these labels, for example because all are the same"
    if metric.support < MINIMUM_ROWS:
        return f"{monitored} has only {metric.support} rows, {MINIMUM_ROWS} are needed"
    return ""


def _position(dropped: bool, beyond: bool) -> str:
    if dropped:
        return "is past its bound"
    return "may be past its bound" if beyond else "is within its bound"


def _coverage(labels: pd.Series, ground_truth: pd.Series, rows: int) -> str:
    """How many rows have labels, and how many of these are left out."""
    if labels.empty:
        return f"no labels yet: 0 of {rows} rows"
    coverage = f"{len(labels)} of {rows} rows have labels"
    unseen = labels.drop(ground_truth.index)
    if len(unseen):
        examples = sorted(map(shown, unseen.unique()))[:EXAMPLES]
        coverage += f", {len(unseen)} of them left out: the model never saw {examples}"
    return coverage + (f"; {MINIMUM_ROWS} are needed" if len(ground_truth) < MINIMUM_ROWS else "")
