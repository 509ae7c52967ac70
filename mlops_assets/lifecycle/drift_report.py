"""drift_report: the drift verdict of one day, against the reference of the version scoring it."""

from datetime import date

import dagster as dg

from mlops_assets.claims import require
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.checks import warnings
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.monitoring.drift.day_report import (
    CLAIMS,
    DriftReport,
    column_figures,
    column_table,
    report_claims,
)
from mlops_assets.monitoring.drift.drift_verdict import profile_verdict
from mlops_assets.monitoring.drift.table_profile import profile_day
from mlops_assets.monitoring.drift_page.renderer import DriftPage
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.monitoring.version_reference import (
    OUTPUT,
    day_with_monitoring_features,
    load_sample,
    load_version_reference,
    sample_rows,
)
from mlops_assets.platform.mlflow.recording import Recording
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def build(spec: LifecycleSpec) -> list:
    """The asset `drift_report` and its non-blocking checks."""

    @lifecycle_asset(
        spec, reads=["live_data", "predictions"], kinds={"evidently"}, warns=CLAIMS, daily=True
    )
    def drift_report(
        context: dg.AssetExecutionContext,
        mlflow: MlflowResource,
        live_data: LiveDay,
        predictions: Predictions,
    ):
        """Drift of one day's rows and predictions, against the reference of the scoring version.

        The verdict is `clean`, `drift`, or `inconclusive` where there are too few rows to tell.
        Each column's drift statistic is listed with a threshold calibrated for the number of rows
        of the day. On days without drift, the chance of a false alarm is `false_alarm_rate`, by
        default 1 %. The metadata links to the full Evidently report.
        """
        from mlops_assets.monitoring.drift.figures import worst_columns

        with recorded(context, mlflow, spec, "monitoring") as run:
            require(live_data.claims)
            model_id = predictions.model_id
            reference = load_version_reference(run.client, model_id)
            rate = spec.retrain.false_alarm_rate
            rows = day_with_monitoring_features(live_data.table, reference, spec, model_id)
            profile = profile_day(reference.data, rows)
            prediction_profile = profile_day(reference.predictions, predictions.table)
            report = DriftReport(
                model=spec.name,
                day=date.fromisoformat(context.partition_key),
                version=predictions.version,
                model_id=model_id,
                data=profile_verdict(reference.data, profile, false_alarm_rate=rate),
                predictions=profile_verdict(
                    reference.predictions, prediction_profile, false_alarm_rate=rate
                ),
            )
            columns = reference.data.columns, reference.predictions.columns
            sample = sample_rows(rows, predictions.table, *columns, personal=spec.personal_data)
            with DriftPage(report, load_sample(run.client, model_id), sample) as page:
                run.metrics(column_figures(profile) | column_figures(prediction_profile, OUTPUT))
                _record(run, report, live_data.dataset_version)
                run.figure("drift", worst_columns(reference.data, profile, report.data))
                run.page("drift", page.html())
            checks = warnings(report_claims(report), context.asset_key)
            return dg.MaterializeResult(value=report, metadata=run.metadata, check_results=checks)

    return [drift_report]


def _record(run: Recording, report: DriftReport, dataset_version: str) -> None:
    data, predictions = report.data, report.predictions
    facts = {"version": report.version, "model_id": report.model_id}
    run.tags(dataset_version=dataset_version, verdict=data.status, **facts)
    run.params({**facts, "false_alarm_rate": data.false_alarm_rate})
    run.metrics(
        {
            "rows": data.rows,
            "rows_needed": data.rows_needed,
            "drifted_columns": len(data.drifted),
            "worst_excess": max((column.excess for column in data.columns), default=0.0),
            "prediction_drift": float(predictions.status == "drift"),
        }
    )
    run.file("drift.json").write_text(report.model_dump_json(indent=2) + "\n")
    run.keep(report.facts())
    run.show(
        verdict=data.status,
        summary=data.summary(),
        version=report.version,
        rows=data.rows,
        rows_needed=data.rows_needed or "a larger reference",
        prediction_verdict=predictions.status,
        prediction_summary=predictions.summary(),
        columns=dg.MetadataValue.md(column_table(data)),
        prediction_columns=dg.MetadataValue.md(column_table(predictions)),
    )
