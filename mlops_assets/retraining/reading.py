"""Read a model's loop state from Dagster and the registry."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import dagster as dg

from mlops_assets.platform.dagster.overlap import retrains
from mlops_assets.platform.dagster.records import record_in
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.retraining.attempts import read_attempts
from mlops_assets.retraining.day_records import read_days
from mlops_assets.retraining.judged_days import known_of_days
from mlops_assets.retraining.loop_state import LoopState
from mlops_assets.retraining.training_source import SourceRead, mark_of
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import PRODUCTION, STAGING

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

JUDGED = ("live_data", "drift_report", "performance_report")
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def read_loop_state(
    instance: dg.DagsterInstance, registry: RegisteredModel, spec: LifecycleSpec
) -> LoopState:
    """Read the loop state of a model from Dagster's event log and the registry alone."""
    serving = registry.at(PRODUCTION)
    if serving is None:
        return LoopState(model=spec.name)
    version, since = str(serving.version), _day(serving, "in_production_since")
    trained_through = _day(serving, "trained_through")
    days = read_days(instance, spec.name, labelled_after=min(since, trained_through))
    return LoopState(
        model=spec.name,
        production_version=version,
        in_production_since=since,
        in_flight=retrain_in_flight(instance, spec.name),
        trial_days=trial_days(spec),
        retrains=tuple(read_attempts(instance, spec.name, version)),
        acknowledged=registry.acknowledged(),
        by_schedule=_by_schedule(registry),
        **known_of_days(days, version, since, trained_through),
    )


def already_learned(
    instance: dg.DagsterInstance,
    registry: RegisteredModel,
    spec: LifecycleSpec,
    settings: Settings,
    fingerprint: Callable[[str], str],
) -> str:
    """The number of the version that a retrain would give again, from the rows that it would read.

    Empty if it would give another, or if that cannot be told without reading the rows.
    `fingerprint` gives that of a fit on the rows with a given version.
    """
    event = instance.get_latest_materialization_event(dg.AssetKey([spec.name, "raw_data"]))
    made = event.asset_materialization if event else None
    read = made and record_in({name: it.value for name, it in made.metadata.items()}, SourceRead)
    if not read or not read.mark or read.mark != mark_of(spec, settings):
        return ""
    version = registry.with_fingerprint(fingerprint(read.dataset_version))
    return str(version.version) if version else ""


def loop_mark(instance: dg.DagsterInstance, registry: RegisteredModel, spec: LifecycleSpec) -> str:
    """A fingerprint that changes whenever the loop state may have changed; takes milliseconds."""
    keys = [dg.AssetKey([spec.name, asset]) for asset in (*JUDGED, "production_version")]
    materializations = [
        record.asset_entry.last_materialization_storage_id
        for record in instance.get_asset_records(keys)
    ]
    newest = instance.get_run_records(limit=1, order_by="update_timestamp")
    found = registry.registered()
    facts = [
        spec.retrain,
        spec.rollback,
        trial_days(spec),
        materializations,
        [run.update_timestamp for run in newest],
        found and (found.aliases, found.tags),
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def trial_days(spec: LifecycleSpec) -> int:
    """The planned length of the experiment that a staged version takes part in; 0 without one."""
    plan = spec.serving.experiment
    return plan.days if plan and plan.challenger == STAGING else 0


def retrain_in_flight(instance: dg.DagsterInstance, model: str) -> str:
    """The running or queued retrain of `model`, in words; empty if there is none."""
    for run in instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)):
        if retrains(run, model):
            return f"run {run.run_id[:8]}, {run.status.value.lower()}"
    return ""


def _by_schedule(registry: RegisteredModel) -> bool:
    """Whether a scheduled retrain put the production version there, as the ledger has it."""
    newest = registry.ledger.served(registry.name, limit=1)
    return bool(newest) and newest[0].actor.startswith("schedule ")


def _day(version: "ModelVersion", tag: str) -> date:
    """A date from the version's tags; without one, as in older releases, all days count."""
    value = version.tags.get(tag)
    return date.fromisoformat(value) if value else date.min
