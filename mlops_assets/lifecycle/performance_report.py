"""performance_report: the metrics of one day's predictions, once labels have arrived."""

import json
from datetime import date, timedelta

import dagster as dg

from mlops_assets.claims import Claim
from mlops_assets.errors import InputError
from mlops_assets.evaluation.slices import row_errors, worst_slices
from mlops_assets.evaluation.worst_rows import worst_rows
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.checks import warnings
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.monitoring.labels import labels_of_day, learnable_rows
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.performance.judge import judge_labels, target_verdict, unseen_labels
from mlops_assets.monitoring.performance.record import PerformanceFacts, PerformanceReport
from mlops_assets.monitoring.performance.tables import markdown, metric_table
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.monitoring.version_reference import load_version_reference
from mlops_assets.platform.mlflow.recording import Recording
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.retraining.day_records import records_by_day
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

CLAIMS = {
    "performance_holds": "The monitored metric is within its bound.",
    "no_target_drift": "The labels are distributed as in training.",
}
DAYS_SHOWN = 30


def build(spec: LifecycleSpec) -> list:
    """The asset `performance_report` and its non-blocking checks."""

    @lifecycle_asset(
        spec,
        reads=["live_data", "predictions"],
        kinds={"mlflow", "pandas"},
        warns=CLAIMS,
        daily=True,
    )
    def performance_report(
        context: dg.AssetExecutionContext,
        mlflow: MlflowResource,
        live_data: LiveDay,
        predictions: Predictions,
    ):
        """Metrics of the day's predictions on the rows whose labels have arrived.

        Materialize it again when more labels arrive; it changes nothing else. The performance is
        `unknown` until there are enough labels, and `dropped` once the whole 95 % confidence
        interval of the monitored metric is beyond its bound, which triggers a retrain. The worst
        slices show where the model is wrong.
        """
        with recorded(context, mlflow, spec, "monitoring") as run:
            _require_same_rows(live_data, predictions)
            day = date.fromisoformat(context.partition_key)
            rows, scored = live_data.table, predictions.table
            labels = labels_of_day(rows, spec, mlflow.settings, day)
            learnable = learnable_rows(rows, labels, spec, day)
            report = _report(run, spec, predictions, labels, learnable)
            ground_truth = labels[~unseen_labels(labels, scored)]
            _record(run, report, predictions)
            _show_errors(run, spec, rows, scored, ground_truth)
            _draw(context, run, spec, report.facts(), scored, ground_truth)
            checks = warnings(report_claims(report), context.asset_key)
            return dg.MaterializeResult(value=report, metadata=run.metadata, check_results=checks)

    return [performance_report]


def report_claims(report: PerformanceReport) -> list[Claim]:
    """The report as checks; an unknown performance passes, with the reason."""
    judged, metric = report.performance, report.performance.metric or "the monitored metric"
    return [
        Claim(
            name="performance_holds",
            passed=judged.status != "dropped",
            observed=judged.summary,
            bound="unknown" if judged.bound is None else f"{metric} not past {judged.bound:.4g}",
            todo="look at the worst slices; the drift sensor starts a retrain if one can help",
        ),
        Claim(
            name="no_target_drift",
            passed=report.target_drift != "drift",
            observed=report.target_drift_summary,
            bound="no drift of the target",
            todo="find out whether the population changed, or the way labels are collected",
        ),
    ]


def _require_same_rows(live_data: LiveDay, predictions: Predictions) -> None:
    """Labels without an identity are matched to rows by position, so the rows must be the same."""
    if live_data.dataset_version != predictions.dataset_version:
        raise InputError(
            seen="live_data was rematerialized with different rows after the day was scored",
            expected="predictions for the current rows of the day",
            todo="materialize predictions for this day, then performance_report",
        )


def _report(
    run: Recording, spec: LifecycleSpec, predictions: Predictions, labels, learnable: int
) -> PerformanceReport:
    version = run.client.get_model_version(spec.registered_name, predictions.version)
    holdout = json.loads(version.tags.get("holdout_metrics", "{}"))
    performance, metrics = judge_labels(labels, predictions.table, holdout, spec)
    drift, drift_summary = "unknown", performance.summary
    reference = load_version_reference(run.client, predictions.model_id).target
    if reference and len(labels):
        verdict = target_verdict(labels, reference, spec)
        drift, drift_summary = verdict.status, verdict.summary()
    return PerformanceReport(
        version=predictions.version,
        rows=len(predictions.table),
        labelled_rows=len(labels),
        learnable_rows=learnable,
        performance=performance,
        metrics=metrics,
        target_drift=drift,
        target_drift_summary=drift_summary,
        seconds_per_1000_rows=predictions.seconds_per_1000_rows,
    )


def _record(run: Recording, report: PerformanceReport, scored: Predictions) -> None:
    judged = report.performance
    run.tags(dataset_version=scored.dataset_version, model_id=scored.model_id)
    run.tags(version=report.version, performance=judged.status)
    run.params({"version": report.version, "metric": judged.metric or "none"})
    run.metrics(report.figures())
    run.file("performance.json").write_text(report.model_dump_json(indent=2))
    run.keep(report.facts())
    run.show(
        version=report.version,
        performance=judged.status,
        labelled_rows=report.labelled_rows,
        learnable_rows=report.learnable_rows,
        summary=judged.summary,
        metrics=dg.MetadataValue.md(metric_table(report)),
        target_drift=report.target_drift,
        target_drift_summary=report.target_drift_summary,
        seconds_per_1000_rows=report.seconds_per_1000_rows,
    )
    if judged.value is not None:
        run.show(
            metric=judged.metric,
            metric_value=judged.value,
            metric_low=judged.low,
            metric_high=judged.high,
            metric_bound=judged.bound,
        )


def _show_errors(run: Recording, spec: LifecycleSpec, live_data, predictions, ground_truth) -> None:
    """Record the worst slices and worst rows as files and in the asset's metadata."""
    if not spec.is_supervised:
        return
    errors = row_errors(ground_truth, predictions.loc[ground_truth.index], spec.task)
    features = spec.typed(live_data.loc[ground_truth.index])
    slices = worst_slices(features, errors, spec.columns, spec.task)
    rows = worst_rows(live_data, predictions, ground_truth, spec)
    slices.to_csv(run.file("slices.csv"), index=False)
    rows.to_csv(run.file("errors.csv"), index=False)
    run.show(
        worst_slices=dg.MetadataValue.md(markdown(slices)),
        errors=dg.MetadataValue.md(markdown(rows)),
    )


def _draw(
    context: dg.AssetExecutionContext,
    run: Recording,
    spec,
    facts: PerformanceFacts,
    predictions,
    ground_truth,
) -> None:
    from mlops_assets.monitoring.performance import figures as performance

    if facts.metric:
        today, name = date.fromisoformat(context.partition_key), facts.metric.name
        days = performance.history({**_recent(context), today: facts}, name)
        run.figure("over_days", performance.over_days(days, name))
    if len(ground_truth) and spec.is_supervised:
        rows = predictions.loc[ground_truth.index]
        run.figure(*performance.worst_predictions(ground_truth, rows, spec.task, spec.positive))


def _recent(context: dg.AssetExecutionContext) -> dict[date, PerformanceFacts]:
    """The records of the preceding days, oldest first."""
    day = date.fromisoformat(context.partition_key)
    before = [day - timedelta(days=age) for age in range(DAYS_SHOWN - 1, 0, -1)]
    return records_by_day(context.instance, context.asset_key, PerformanceFacts, before)
