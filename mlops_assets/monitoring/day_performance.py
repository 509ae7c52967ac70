"""Report how a day's predictions perform on the rows whose labels have arrived."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil, isnan
from typing import TYPE_CHECKING, Any, TypeVar

from mlops_assets.data.csv_text import csv_text
from mlops_assets.data.prediction_log.latency import day_latency
from mlops_assets.errors import InputError
from mlops_assets.evaluation.expected_day import Excess, ExpectedDay, excess_on
from mlops_assets.evaluation.packs.base import LabelledPack
from mlops_assets.evaluation.packs.registry import packs_of
from mlops_assets.evaluation.records import Slice
from mlops_assets.evaluation.slices import worst_slices
from mlops_assets.evaluation.tables import slice_table
from mlops_assets.evaluation.worst_rows import worst_rows
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult
from mlops_assets.monitoring.drift.drift_verdict import NO_DAYS
from mlops_assets.monitoring.earlier_days import NO_EARLIER_DAYS, EarlierDays
from mlops_assets.monitoring.labels import (
    joinable,
    labels_and_context,
    learnable_rows,
    no_labels_yet,
)
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.performance.estimate import estimate_day, estimate_text
from mlops_assets.monitoring.performance.judge import judge_labels, judged_rows, target_verdict
from mlops_assets.monitoring.performance.label_sample import waits_for
from mlops_assets.monitoring.performance.record import (
    Estimate,
    PerformanceFacts,
    PerformanceReport,
)
from mlops_assets.monitoring.performance.tables import metric_table, row_table
from mlops_assets.monitoring.pooled_performance import LabelledDay, pooled_performance
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.monitoring.version_reference import (
    load_calibration,
    load_days,
    load_version_reference,
)
from mlops_assets.platform.mlflow.result import Markdown, Result
from mlops_assets.platform.mlflow.version_tags import plain
from mlops_assets.platform.table_content import Content, InMemory
from mlops_assets.platform.wider_content import WiderContent
from mlops_assets.spec.gates import MINIMUM_ROWS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from mlflow import MlflowClient

    from mlops_assets.platform.settings import Settings
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


MOST_ESTIMATED = 100_000
Record = TypeVar("Record", LiveDay, Predictions)


@dataclass(frozen=True)
class PerformanceResult(Result):
    """The report of a day, with the rows that it is about and earlier days' records.

    `judged` are the rows of `live` whose label has arrived and is of a class that the model knows,
    `scored` their predictions.
    """

    report: PerformanceReport
    live: Content
    predictions: Predictions
    judged: Dataset
    scored: pd.DataFrame
    spec: LifecycleSpec
    day: date
    earlier: Mapping[date, PerformanceFacts]
    packs: Mapping[str, PackResult]

    def tags(self) -> dict[str, str]:
        """The version of the rows, what scored them, and the performance."""
        return {
            "dataset_version": self.predictions.dataset_version,
            "model_id": self.predictions.model_id,
            "version": self.report.version,
            "performance": self.report.performance.status,
        }

    def params(self) -> dict[str, Any]:
        """What scored the rows, and the monitored metric."""
        return {"version": self.report.version, "metric": self.report.performance.metric or "none"}

    def metrics(self) -> dict[str, float | None]:
        """All numbers of the report."""
        return self.report.figures()

    def documents(self) -> dict[str, Any]:
        """The metrics of the day, and what packs store of it."""
        found = {"performance_metrics.json": {"day": self.day, **self.report.daily_metrics()}}
        if latency := self.report.latency:
            found["latency_metrics.json"] = {"day": self.day, **latency.model_dump(mode="json")}
        for result in self.packs.values():
            found |= {name: made() for name, made in result.documents.items()}
        return found

    def files(self) -> dict[str, str]:
        """The report, the worst slices and the worst rows."""
        tables = {name: csv_text(table) for name, table in self._errors.items()}
        return {"performance.json": self.report.model_dump_json(indent=2), **tables}

    def panel(self) -> dict[str, Any]:
        """The performance and its metric, target drift, the worst slices and the worst rows."""
        report, judged = self.report, self.report.performance
        shown = {
            "performance": judged.status,
            "summary": judged.summary,
            "metrics": Markdown(metric_table(report, self.spec.target_units)),
            **({"estimate": estimate_text(report.estimate)} if report.estimate else {}),
            "target_drift": report.target_drift_summary,
            "version": report.version,
            **({"latency": report.latency.text()} if report.latency else {}),
        }
        if self._errors:
            worst = map(Slice.model_validate, self._errors["slices.csv"].to_dict("records"))
            shown["worst_slices"] = Markdown(slice_table([*worst], self.spec.target_units))
            shown["errors"] = Markdown(
                row_table(self._errors["errors.csv"], self.spec.target_units)
            )
        for result in self.packs.values():
            shown |= {name: Markdown(text) for name, text in result.panel().items()}
        return shown | self._series()

    def _series(self) -> dict[str, float]:
        """What Dagster plots over days: the monitored metric, its excess, the rows with labels."""
        judged, rows = self.report.performance, self.report.labelled_rows
        value = {judged.metric: judged.value} if judged.metric and judged.value is not None else {}
        expected = self.report.estimate.performance if self.report.estimate else None
        if expected and expected.value is not None:
            value |= {f"estimated_{expected.metric}": expected.value}
        value |= {"excess": it.value} if (it := self.report.excess) else {}
        value |= {name: it.value for name, it in self.report.packs.items() if not isnan(it.value)}
        return {**value, "labelled_rows": rows, "learnable_rows": self.report.learnable_rows}

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """The monitored metric over days, and where the predictions are wrong."""
        from mlops_assets.figures.style import name_units

        for name, figure in self._figures():
            yield name, name_units(figure, self.spec.target_units)

    def _figures(self) -> Iterator[tuple[str, Figure]]:
        from mlops_assets.monitoring.performance import figures

        facts, spec = self.facts(), self.spec
        if name := figures.monitored_by(facts):
            days = {**self.earlier, self.day: facts}
            estimated = figures.estimates(days, name)
            seen, series = figures.history(days, name), figures.series(days)
            yield "over_days", figures.over_days(seen, name, estimated, series)
        if len(self.judged):
            yield from spec.task.error_figures(self.judged, self.scored).items()

    def facts(self) -> PerformanceFacts:
        """The performance, for the loop."""
        return self.report.facts()

    @cached_property
    def _errors(self) -> dict[str, pd.DataFrame]:
        """The worst slices and the worst rows, by file name; none without a supervised task."""
        if not self.spec.is_supervised:
            return {}
        judged, scored, spec = self.judged, self.scored, self.spec
        with_context = judged.with_context(spec.described_context)
        return {
            "slices.csv": worst_slices(with_context, scored, spec.task),
            "errors.csv": worst_rows(self.live, judged, scored, spec),
        }


def report_day(
    day: date,
    live: LiveDay,
    predictions: Predictions,
    spec: LifecycleSpec,
    client: MlflowClient,
    settings: Settings,
    earlier: Mapping[date, PerformanceFacts],
    server_errors: int | None = None,
    before: EarlierDays = NO_EARLIER_DAYS,
    as_of: date | None = None,
) -> PerformanceResult:
    """The performance of a day's predictions on the labels that have arrived so far.

    `earlier` are the records of preceding days, `before` their rows, with which a day that has too
    few labels is judged; `server_errors` the errors of the prediction API
    since it started; `as_of` is the day it is now. Context columns that the day was stored without
    are left out, unless the task needs them. With labels that cannot be read, or that cannot speak
    for the day, the performance is unknown. Raises `InputError` if the predictions are of other
    rows, a row has two labels, or the version has no reference.
    """
    _require_same_rows(live, predictions)
    spec, scored = spec.with_context_of(live.content.columns), predictions.content
    if live.rows > settings.batch_rows and no_labels_yet(live.content, spec, settings, day):
        live, predictions = _without_rows(live), _without_rows(predictions)
    content, labels, learnable, unreadable = _joined(live.content, spec, settings, day)
    outputs = _outputs(predictions.content, spec)
    judged = judged_rows(content, labels, outputs, spec)
    today = LabelledDay.of(judged, outputs, labels)
    age = None if as_of is None else max((as_of - day).days, 0)
    waits = waits_for(outputs.loc[labels.index], today.rest, spec, age, earlier.values())
    outputs = today.predictions
    report = _report(predictions, scored, outputs, judged, labels, learnable, spec, client, waits)
    report = report.model_copy(update={"label_age": age, "waits_for": waits})
    report = report.without_labels(unreadable) if unreadable else report
    if report.metrics and (why := spec.task.untrusted(report.metrics)):
        report = report.untrusted(why)
    few = len(labels) and len(judged) < MINIMUM_ROWS
    if few and not waits and spec.live.rows == "day":
        report = _pooled(report, day, today, predictions, spec, client, settings, before)
    packs = {} if report.waits_for else _packs(judged, outputs, spec)
    found = {name: it for result in packs.values() for name, it in result.metrics.items()}
    latency = day_latency(settings, spec.name, day, spec.schedule.timezone)
    if latency:
        latency = latency.model_copy(update={"errors_since_start": server_errors})
    report = report.model_copy(update={"packs": found, "latency": latency})
    return PerformanceResult(
        report, content, predictions, judged, outputs, spec, day, earlier, packs
    )


def _joined(
    live: Content, spec: LifecycleSpec, settings: Settings, day: date
) -> tuple[Content, pd.Series, int, str]:
    """The rows with their late context, their labels, how many a retrain could use, why none.

    The last is why the labels cannot be read, or "". What joins labels to rows takes much memory,
    and is gone at the end.
    """
    rows = joinable(live, spec)
    rows, labels, unreadable = labels_and_context(rows, spec, settings, day)
    late = rows[spec.late_columns].copy()
    content = WiderContent(live, late) if len(late.columns) else live
    return content, labels, learnable_rows(rows, labels, spec, day), unreadable


def _pooled(
    report: PerformanceReport,
    day: date,
    today: LabelledDay,
    predictions: Predictions,
    spec: LifecycleSpec,
    client: MlflowClient,
    settings: Settings,
    before: EarlierDays,
) -> PerformanceReport:
    """The report with the performance over several days, if they have enough labels together."""
    holdout = _holdout_metrics(_version_tags(client, spec, predictions.version))
    found = pooled_performance(day, today, predictions.model_id, holdout, spec, settings, before)
    return report if found is None else report.model_copy(update=found._asdict())


def _version_tags(client: MlflowClient, spec: LifecycleSpec, version: str) -> dict[str, str]:
    return plain(client.get_model_version(spec.registered_name, version).tags)


def _holdout_metrics(tags: dict[str, str]) -> dict[str, float]:
    return json.loads(tags.get("holdout_metrics", "{}"))


def _excess(
    judged: Dataset, outputs: pd.DataFrame, spec: LifecycleSpec, tags: dict[str, str]
) -> Excess | None:
    """How much worse than the version expects the day was; None if nobody can tell."""
    kept = tags.get("expected_day")
    if not kept:
        return None
    expected = ExpectedDay.model_validate_json(kept)
    return excess_on(expected, spec.task, judged, outputs.loc[judged.features.index])


def _packs(judged: Dataset, scored: pd.DataFrame, spec: LifecycleSpec) -> dict[str, PackResult]:
    """What the packs that judge labelled days find; nothing with fewer than 30 such rows."""
    if len(judged) < MINIMUM_ROWS:
        return {}
    packs = [pack for pack in packs_of(spec) if isinstance(pack, LabelledPack)]
    found = {pack.type: pack.judge_day(judged, scored, spec) for pack in packs}
    return {name: result for name, result in found.items() if result}


def _require_same_rows(live: LiveDay, predictions: Predictions) -> None:
    """Labels without an identity are matched to rows by position, so the rows must be the same."""
    if live.dataset_version != predictions.dataset_version:
        raise InputError(
            seen="live_data was rematerialized with different rows after the day was scored",
            expected="predictions for the current rows of the day",
            todo="materialize predictions for this day, then performance_report",
        )


def _without_rows(record: Record) -> Record:
    """The columns of a day that need not be read, because nothing is known of its rows."""
    empty = InMemory(record.content.first.head(0))
    return record.model_copy(update={"content": empty})


def _outputs(scored: Content, spec: LifecycleSpec) -> pd.DataFrame:
    """The predictions of a day without the identity of its rows, which takes the most memory."""
    import pandas as pd

    identity = spec.of_live_rows(scored.columns).identity
    names = [name for name in scored.columns if name not in identity]
    return pd.concat([*scored.batches(names)])


def _report(
    predictions: Predictions,
    scored: Content,
    outputs: pd.DataFrame,
    judged: Dataset,
    labels: pd.Series,
    learnable: int,
    spec: LifecycleSpec,
    client: MlflowClient,
    waits: str,
) -> PerformanceReport:
    tags = _version_tags(client, spec, predictions.version)
    holdout = _holdout_metrics(tags)
    performance, metrics = judge_labels(judged, labels, outputs, holdout, spec, scored.rows, waits)
    estimate = _estimate(scored, predictions.model_id, holdout, spec, client)
    drift, drift_summary = "unknown", performance.summary
    reference = load_version_reference(client, predictions.model_id).target
    if reference and len(labels) and not waits:
        days = load_days(client, predictions.model_id).get("target", NO_DAYS)
        verdict = target_verdict(labels, reference, spec, days)
        drift, drift_summary = verdict.status, verdict.summary()
    return PerformanceReport(
        version=predictions.version,
        rows=scored.rows,
        labelled_rows=len(labels),
        learnable_rows=learnable,
        performance=performance,
        metrics=metrics,
        target_drift=drift,
        target_drift_summary=drift_summary,
        seconds_per_1000_rows=predictions.seconds_per_1000_rows,
        estimate=estimate,
        excess=None if waits else _excess(judged, outputs, spec, tags),
    )


def _estimate(
    scored: Content,
    model_id: str,
    holdout: dict[str, float],
    spec: LifecycleSpec,
    client: MlflowClient,
) -> Estimate | None:
    """What is expected without labels; None if the task has no such estimate."""
    if not spec.task.estimates_unlabelled:
        return None
    calibration = load_calibration(client, model_id)
    return estimate_day(_spread(scored), calibration, holdout, spec)


def _spread(scored: Content) -> pd.DataFrame:
    """At most about 100,000 evenly spaced predictions: more tell no more, and may not fit."""
    import pandas as pd

    step = ceil(max(scored.rows, 1) / MOST_ESTIMATED)
    return pd.concat([batch.iloc[::step] for batch in scored.batches()])
