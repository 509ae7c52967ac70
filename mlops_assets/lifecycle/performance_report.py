"""performance_report: the metrics of one day's predictions, once labels have arrived."""

from datetime import date, timedelta

import dagster as dg

from mlops_assets.lifecycle.asset import data_day, lifecycle_asset
from mlops_assets.lifecycle.checks import warnings
from mlops_assets.lifecycle.earlier import earlier_days
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.monitoring.day_performance import report_day
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.performance.claims import CLAIMS, report_claims
from mlops_assets.monitoring.performance.record import PerformanceFacts
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.settings import Settings
from mlops_assets.retraining.day_records import records_by_day
from mlops_assets.serving.status import read_status
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

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

        A day with too few labels is judged with the days before it, at most `pool_days`.
        Materialize it again when more labels arrive; it changes nothing else. The performance is
        `unknown` until there are enough labels that can be read and are a fair sample of the day,
        and `dropped` once the whole 95 % confidence interval of the monitored metric is beyond its
        bound, which triggers a retrain. `excess` is how much worse than the version's holdout the
        day was, in standard deviations of a day; such days add up to a retrain, too.
        The worst slices show where the model is wrong. Without labels, a classifier's metrics are
        estimated from its calibrated probabilities: that may alert, and never retrains.
        """
        with recorded(context, mlflow, spec, "monitoring") as run:
            day, earlier = date.fromisoformat(context.partition_key), _earlier(context)
            given = live_data, predictions, spec
            errors = _server_errors(mlflow.settings, spec)
            known = earlier, errors, earlier_days(spec), data_day(context, spec)
            result = report_day(day, *given, run.client, mlflow.settings, *known)
            run.record(result)
            report = result.report
            checks = warnings(report_claims(report), context.asset_key)
            return dg.MaterializeResult(value=report, metadata=run.metadata, check_results=checks)

    return [performance_report]


def _earlier(context: dg.AssetExecutionContext) -> dict[date, PerformanceFacts]:
    """The records of the preceding days, oldest first."""
    day = date.fromisoformat(context.partition_key)
    before = [day - timedelta(days=age) for age in range(DAYS_SHOWN - 1, 0, -1)]
    return records_by_day(context.instance, context.asset_key, PerformanceFacts, before)


def _server_errors(settings: Settings, spec: LifecycleSpec) -> int | None:
    """Errors of the prediction API since it started; None if none has run on this machine."""
    status = read_status(settings.home / "serving", spec.name)
    return status.errors if status else None
