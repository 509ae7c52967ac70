"""live_data: one day of production input, validated before it is scored."""

from datetime import date, timedelta
from functools import partial

import dagster as dg

from mlops_assets.data.table_parts import TableParts, read_day_parts
from mlops_assets.errors import UnreadableDataError
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.checks import blocking_checks
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.monitoring.day_checks import CLAIMS, unreadable_claims
from mlops_assets.monitoring.live_day import LiveDay, LiveDayResult, LiveFacts, record_day
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.settings import Settings
from mlops_assets.retraining.day_records import records_by_day
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

DAYS_BACK = 7


def build(spec: LifecycleSpec) -> list:
    """The asset `live_data` and its blocking checks."""

    @lifecycle_asset(spec, kinds={"pandas", spec.live_source.type}, daily=True)
    def live_data(context: dg.AssetExecutionContext, mlflow: MlflowResource):
        """One day of production input, exactly as read from the live source.

        A damaged file, a missing column, an empty day, a repeated day or a value of the wrong type
        is an outage: the failed check names the cause, nothing is scored, and the day counts
        neither for nor against drift. Fix the source and materialize the day again. A good day
        passes all checks.
        """
        with recorded(context, mlflow, spec, "monitoring") as run:
            record = _live_day(context, mlflow.settings, spec)
            version = record.dataset_version
            day, zone = date.fromisoformat(context.partition_key), spec.schedule.timezone
            source = spec.live_source.of_day(mlflow.settings, day, zone)
            run.record(LiveDayResult(record, source, spec.personal_data))
            return dg.MaterializeResult(
                value=record, metadata=run.metadata, data_version=dg.DataVersion(version)
            )

    def judge(day: LiveDay):
        return day.claims

    return [live_data, blocking_checks(spec, "live_data", LiveDay, CLAIMS, judge, daily=True)]


def _live_day(
    context: dg.AssetExecutionContext, settings: Settings, spec: LifecycleSpec
) -> LiveDay:
    """The day's rows with their checks; no rows if what was delivered cannot be read."""
    day, zone = date.fromisoformat(context.partition_key), spec.schedule.timezone
    source = spec.live_source
    source.tidy(settings)
    given = settings, day, spec.timestamp, zone
    try:
        if spec.live.rows == "table":
            # It may legitimately be unchanged from the day before.
            return record_day(TableParts(source.read_through(*given)), spec, lambda _: "")
        parts = read_day_parts(source, *given, spec.monitored_columns.date)
    except UnreadableDataError as error:
        return LiveDay.without_rows(unreadable_claims(error))
    return record_day(parts, spec, partial(_same_day, context))


def _same_day(context: dg.AssetExecutionContext, version: str) -> str:
    """The latest of the preceding days with identical rows; empty if there is none."""
    day = date.fromisoformat(context.partition_key)
    preceding = [day + timedelta(days=offset) for offset in range(-DAYS_BACK, 0)]
    days = records_by_day(context.instance, context.asset_key, LiveFacts, preceding)
    same = [str(other) for other, facts in days.items() if facts.dataset_version == version]
    return same[-1] if same else ""
