"""drift_report: the drift verdict of one day, against the reference of the version scoring it."""

from datetime import date

import dagster as dg

from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.checks import warnings
from mlops_assets.lifecycle.earlier import earlier_days
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.monitoring.day_drift import compare_day
from mlops_assets.monitoring.drift.day_report import CLAIMS, report_claims
from mlops_assets.monitoring.drift_page.renderer import DriftPage
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.monitoring.version_reference import load_sample
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

        The verdict is `clean`, `drift`, or `inconclusive` where there are too few rows to tell. A
        small day is judged with the days before it, `pool_days` at most.
        Each column's drift statistic is listed with a threshold calibrated for the number of rows
        of the day. On days without drift, the chance of a false alarm is `false_alarm_rate`, by
        default 1 %. The metadata links to the full Evidently report.
        """
        with recorded(context, mlflow, spec, "monitoring") as run:
            day = date.fromisoformat(context.partition_key)
            earlier = earlier_days(spec)
            result = compare_day(day, live_data, predictions, spec, run.client, earlier)
            report, training = result.report, load_sample(run.client, predictions.model_id)
            with DriftPage(report, training, result.sample) as page:
                run.record(result)
                run.page("drift", page.html())
            checks = warnings(report_claims(report), context.asset_key)
            return dg.MaterializeResult(value=report, metadata=run.metadata, check_results=checks)

    return [drift_report]
