"""Keep the status of MLflow runs in sync with their Dagster runs."""

from typing import TYPE_CHECKING

import dagster as dg

from mlops_assets.platform.dagster.overlap import end_dead_runs
from mlops_assets.platform.mlflow.failed_steps import failed_steps, record_failed_steps
from mlops_assets.platform.mlflow.runs import DAGSTER_TAG, PARENT_TAG, close, unfinished
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.store_failures import explaining_store_failures

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

STATUS = {
    dg.DagsterRunStatus.SUCCESS: "FINISHED",
    dg.DagsterRunStatus.FAILURE: "FAILED",
    dg.DagsterRunStatus.CANCELED: "KILLED",
}


@dg.sensor(
    name="mlflow_run_status_sensor",
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Closes MLflow runs whose Dagster run has ended, even if its process was killed.",
)
@explaining_store_failures
def mlflow_run_status_sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Close MLflow runs whose Dagster run has ended; skips if no Dagster run has changed."""
    end_dead_runs(context.instance)
    newest = context.instance.get_run_records(limit=1, order_by="update_timestamp")
    updated = newest[0].update_timestamp.isoformat() if newest else "none"
    if context.cursor == updated:
        return dg.SkipReason("no Dagster run has changed")
    closed = close_finished_runs(context.instance, Settings.from_environment())
    context.update_cursor(updated)
    return dg.SkipReason(f"closed {closed} MLflow runs")


def close_finished_runs(instance: dg.DagsterInstance, settings: Settings) -> int:
    """Close every RUNNING MLflow run whose Dagster run has ended; return their number.

    Runs of a Dagster run unknown to this instance are left alone, because another Dagster instance
    may share the store.
    """
    with explained(settings):
        client = open_store(settings)
        return sum(_close_finished(client, instance, run) for run in unfinished(client))


def _close_finished(client: "MlflowClient", instance: dg.DagsterInstance, run: "Run") -> bool:
    """Close the run if its Dagster run has ended."""
    record = instance.get_run_by_id(run.data.tags[DAGSTER_TAG])
    if record is None or record.status not in STATUS:
        return False
    status = STATUS[record.status]
    failed = failed_steps(instance, record.run_id) if status == "FAILED" else {}
    if PARENT_TAG not in run.data.tags:
        record_failed_steps(client, run, failed)
    reason = next(iter(failed.values()), None) or _why(instance, record)
    close(client, run, status, None if status == "FINISHED" else reason)
    return True


def _why(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    kinds = {dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_CANCELED}
    found = instance.get_records_for_run(run.run_id, of_type=kinds, ascending=False, limit=1)
    return found.records[0].event_log_entry.message if found.records else run.status.value
