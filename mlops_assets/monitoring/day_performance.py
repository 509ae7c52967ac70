"""Report how a day's predictions perform on the rows whose labels have arrived."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from mlops_assets.data.csv_text import csv_text
from mlops_assets.errors import InputError
from mlops_assets.evaluation.records import Slice
from mlops_assets.evaluation.slices import worst_slices
from mlops_assets.evaluation.tables import slice_table
from mlops_assets.evaluation.worst_rows import worst_rows
from mlops_assets.features.dataset import Dataset
from mlops_assets.monitoring.labels import labels_and_context, learnable_rows, no_labels_yet
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.performance.judge import judge_labels, judged_rows, target_verdict
from mlops_assets.monitoring.performance.record import PerformanceFacts, PerformanceReport
from mlops_assets.monitoring.performance.tables import metric_table, row_table
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.monitoring.version_reference import load_version_reference
from mlops_assets.platform.mlflow.result import Markdown, Result
from mlops_assets.platform.mlflow.version_tags import plain
from mlops_assets.platform.table_content import InMemory

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from mlflow import MlflowClient

    from mlops_assets.platform.settings import Settings
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


Record = TypeVar("Record", LiveDay, Predictions)


@dataclass(frozen=True)
class PerformanceResult(Result):
    """The report of a day, with the rows that it is about and earlier days' records.

    `judged` are the rows of `live` whose label has arrived and is of a class that the model knows.
    """

    report: PerformanceReport
    live: LiveDay
    predictions: Predictions
    judged: Dataset
    spec: LifecycleSpec
    day: date
    earlier: Mapping[date, PerformanceFacts]

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
            "metrics": Markdown(metric_table(report)),
            "target_drift": report.target_drift_summary,
            "version": report.version,
        }
        if self._errors:
            worst = map(Slice.model_validate, self._errors["slices.csv"].to_dict("records"))
            shown["worst_slices"] = Markdown(slice_table([*worst]))
            shown["errors"] = Markdown(row_table(self._errors["errors.csv"]))
        return shown | self._series()

    def _series(self) -> dict[str, float]:
        """What Dagster plots over days: the monitored metric, and the rows with labels."""
        judged, rows = self.report.performance, self.report.labelled_rows
        value = {judged.metric: judged.value} if judged.metric and judged.value is not None else {}
        return {**value, "labelled_rows": rows, "learnable_rows": self.report.learnable_rows}

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """The monitored metric over days, and where the predictions are wrong."""
        from mlops_assets.monitoring.performance import figures

        facts, spec = self.facts(), self.spec
        if metric := facts.metric:
            days = figures.history({**self.earlier, self.day: facts}, metric.name)
            yield "over_days", figures.over_days(days, metric.name)
        if len(self.judged):
            yield from spec.task.error_figures(self.judged, self._scored).items()

    def facts(self) -> PerformanceFacts:
        """The performance, for the loop."""
        return self.report.facts()

    @cached_property
    def _errors(self) -> dict[str, pd.DataFrame]:
        """The worst slices and the worst rows, by file name; none without a supervised task."""
        if not self.spec.is_supervised:
            return {}
        judged, scored, spec = self.judged, self._scored, self.spec
        with_context = judged.with_context(spec.context_columns)
        return {
            "slices.csv": worst_slices(with_context, scored, spec.task),
            "errors.csv": worst_rows(self.live.table, judged, scored, spec),
        }

    @property
    def _scored(self) -> pd.DataFrame:
        """The predictions of the judged rows."""
        return self.predictions.table.loc[self.judged.features.index]


def report_day(
    day: date,
    live: LiveDay,
    predictions: Predictions,
    spec: LifecycleSpec,
    client: MlflowClient,
    settings: Settings,
    earlier: Mapping[date, PerformanceFacts],
) -> PerformanceResult:
    """The performance of a day's predictions on the labels that have arrived so far.

    `earlier` are the records of preceding days. Context columns that the day was stored without
    are left out, unless the task needs them. With labels that cannot be read, the performance is
    unknown. Raises `InputError` if the predictions are of other rows, a row has two labels, or the
    version has no reference.
    """
    _require_same_rows(live, predictions)
    spec, scored = spec.with_context_of(live.content.columns), predictions.rows
    if live.rows > settings.batch_rows and no_labels_yet(live.content, spec, settings, day):
        live, predictions = _without_rows(live), _without_rows(predictions)
    rows, labels, unreadable = labels_and_context(live.table, spec, settings, day)
    live = live.model_copy(update={"content": InMemory(rows)})
    learnable = learnable_rows(live.table, labels, spec, day)
    judged = judged_rows(live.table, labels, predictions.table, spec)
    report = _report(predictions, scored, judged, labels, learnable, spec, client)
    report = report.without_labels(unreadable) if unreadable else report
    return PerformanceResult(report, live, predictions, judged, spec, day, earlier)


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


def _report(
    predictions: Predictions,
    rows: int,
    judged: Dataset,
    labels: pd.Series,
    learnable: int,
    spec: LifecycleSpec,
    client: MlflowClient,
) -> PerformanceReport:
    version = client.get_model_version(spec.registered_name, predictions.version)
    holdout = json.loads(plain(version.tags).get("holdout_metrics", "{}"))
    performance, metrics = judge_labels(judged, labels, predictions.table, holdout, spec, rows)
    drift, drift_summary = "unknown", performance.summary
    reference = load_version_reference(client, predictions.model_id).target
    if reference and len(labels):
        verdict = target_verdict(labels, reference, spec)
        drift, drift_summary = verdict.status, verdict.summary()
    return PerformanceReport(
        version=predictions.version,
        rows=rows,
        labelled_rows=len(labels),
        learnable_rows=learnable,
        performance=performance,
        metrics=metrics,
        target_drift=drift,
        target_drift_summary=drift_summary,
        seconds_per_1000_rows=predictions.seconds_per_1000_rows,
    )
