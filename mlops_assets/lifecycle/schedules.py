"""`<model>_nightly_retrain` and `<model>_daily_monitor`: the schedules of a model."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType

import dagster as dg

from mlops_assets.errors import InputError
from mlops_assets.lifecycle.partitions import first_day
from mlops_assets.monitoring.performance.record import PerformanceFacts
from mlops_assets.platform.dagster.day_metadata import all_days
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.store_failures import explaining_store_failures
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.retraining.day_records import records_by_day
from mlops_assets.retraining.reading import retrain_in_flight
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.monitoring import AS_OF_TAG, OFF, newest_complete_day
from mlops_assets.spec.spread_cron import spread
from mlops_assets.spec.stage_names import PRODUCTION

MISSED_DAYS = 7
REPORTED_AGAIN = (1, 4, 16)
"""Days after which performance is reported again where some rows had a label, and not all."""
NONE_LABELLED: Mapping[date, PerformanceFacts] = MappingProxyType({})
Requests = dg.RunRequest | list[dg.RunRequest] | dg.SkipReason


def build(spec: LifecycleSpec) -> list[dg.ScheduleDefinition]:
    """The schedules of one model, on unless `schedule: {status: off}`.

    One that is off by its own field does not exist, nor does the monitor if there are no days.
    """

    @explaining_store_failures
    def retrain(context: dg.ScheduleEvaluationContext) -> Requests:
        if running := retrain_in_flight(context.instance, spec.name):
            return dg.SkipReason(f"retrain in flight: {running}")
        return dg.RunRequest(tags={AS_OF_TAG: str(_yesterday(context, spec))})

    @explaining_store_failures
    def monitor(context: dg.ScheduleEvaluationContext) -> Requests:
        registry = RegisteredModel(open_store(Settings.from_environment()), spec.registered_name)
        serving = registry.at(PRODUCTION)
        if serving is None:
            return dg.SkipReason("no version is in production")
        return monitor_requests(
            spec,
            _yesterday(context, spec),
            since=date.fromisoformat(serving.tags["in_production_since"]),
            monitored=_days_of(context.instance, spec, "live_data"),
            scored=_days_of(context.instance, spec, "predictions"),
            labelled=_performance(context.instance, spec, _yesterday(context, spec)),
        )

    times = spec.schedule
    monitored = spec.live_source.knows_days(spec.timestamp) and times.monitor != OFF
    return [
        *([_schedule(spec, "nightly_retrain", "retrain", retrain)] if times.retrain != OFF else []),
        *([_schedule(spec, "daily_monitor", "monitor", monitor)] if monitored else []),
    ]


def monitor_requests(
    spec: LifecycleSpec,
    day: date,
    *,
    since: date,
    monitored: set[date],
    scored: set[date],
    labelled: Mapping[date, PerformanceFacts] = NONE_LABELLED,
) -> list[dg.RunRequest]:
    """Runs for `day`, for days missed since the promotion, and for late labels.

    Days of the last week may have been missed, for example while the daemon was down. Performance
    is reported again for scored days whose labels should have arrived by now, and for those that
    had some by their record in `labelled`.
    """
    start = first_day(spec)
    week = [day - timedelta(days=ago) for ago in range(MISSED_DAYS)]
    wanted = [it for it in week if it == day or (it > since and it not in monitored)]
    requests = [
        dg.RunRequest(run_key=f"{it}", partition_key=str(it)) for it in wanted if it >= start
    ]
    late = [it - timedelta(days=spec.live.label_delay) for it in week if spec.live.label_delay]
    report = [dg.AssetKey([spec.name, "performance_report"])]
    requests += [
        dg.RunRequest(run_key=f"{it} labelled", partition_key=str(it), asset_selection=report)
        for it in late
        if it in scored
    ]
    partly = [it for it, facts in labelled.items() if 0 < facts.labelled_rows < facts.rows]
    requests += [
        dg.RunRequest(
            run_key=f"{it} labels of {day}", partition_key=str(it), asset_selection=report
        )
        for it in partly
        if it in scored and it not in late
    ]
    return requests


def _performance(
    instance: dg.DagsterInstance, spec: LifecycleSpec, day: date
) -> dict[date, PerformanceFacts]:
    """The records of the days that may be reported again."""
    key = dg.AssetKey([spec.name, "performance_report"])
    days = [day - timedelta(days=age) for age in REPORTED_AGAIN]
    return records_by_day(instance, key, PerformanceFacts, days)


def _one_by_one(requests: Callable[[dg.ScheduleEvaluationContext], Requests]) -> Callable:
    """`requests` as a generator: Dagster takes no list from a function without its decorator."""

    def evaluate(context: dg.ScheduleEvaluationContext):
        asked = requests(context)
        yield from asked if isinstance(asked, list) else [asked]

    return evaluate


def _days_of(instance: dg.DagsterInstance, spec: LifecycleSpec, asset: str) -> set[date]:
    return set(all_days(instance, dg.AssetKey([spec.name, asset])))


def _schedule(
    spec: LifecycleSpec, name: str, job: str, requests: Callable
) -> dg.ScheduleDefinition:
    cron, on = getattr(spec.schedule, job), spec.schedule.status == "on"

    def evaluate(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        # Dagster takes several requests from a generator only.
        made = requests(context)
        yield from made if isinstance(made, list) else [made]

    try:
        return dg.ScheduleDefinition(
            name=f"{spec.name}_{name}",
            job_name=f"{spec.name}_{job}",
            cron_schedule=spread(cron, spec.name),
            execution_timezone=spec.schedule.timezone,
            execution_fn=evaluate,
            default_status=dg.DefaultScheduleStatus.RUNNING
            if on
            else dg.DefaultScheduleStatus.STOPPED,
            tags={"model": spec.name},
        )
    except (dg.DagsterInvalidDefinitionError, ValueError) as error:
        raise InputError(
            seen=f"{spec.name}: the cron {cron!r} in `schedule: {{{job}: …}}`",
            expected="five fields such as `0 2 * * *`, 02:00 every night, or `H 2 * * *`, a minute "
            "after it that differs from model to model",
            todo="correct it in defs.yaml",
        ) from error


def _yesterday(context: dg.ScheduleEvaluationContext, spec: LifecycleSpec) -> date:
    return newest_complete_day(spec.schedule.timezone, context.scheduled_execution_time)
