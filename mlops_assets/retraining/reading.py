"""Read a model's loop state from Dagster and the registry."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import dagster as dg

from mlops_assets.platform.dagster.day_metadata import all_days, newest_by_day, newest_days
from mlops_assets.platform.dagster.overlap import retrains
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.retraining.loop_state import TAG, Attempt, DayVerdict, LoopState, Outcome
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import PRODUCTION, REJECTED, STAGING

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

Days = Mapping[date, Mapping[str, Any]]

NO_OUTAGE = "none"
JUDGED = ("live_data", "drift_report", "performance_report")
DAYS = 30  # counted back from the newest day; older days do not matter
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
    version = str(serving.version)
    since = _day(serving, "in_production_since")
    live, judged = (_newest(instance, spec.name, asset) for asset in ("live_data", "drift_report"))
    trained_through = _day(serving, "trained_through")
    labelled = _after(instance, spec.name, "performance_report", min(since, trained_through))
    days = day_verdicts(live, judged, version)
    judged_quality = _judged_quality(labelled, version, since)
    return LoopState(
        model=spec.name,
        production_version=version,
        in_production_since=since,
        days=days,
        note=_note(days, live, judged),
        performance=judged_quality[-1][1] if judged_quality else "unknown",
        performance_day=judged_quality[-1][0] if judged_quality else None,
        new_labels=_new_labels(labelled, trained_through),
        in_flight=retrain_in_flight(instance, spec.name),
        retrains=tuple(_attempts(instance, spec, version)),
        acknowledged=registry.acknowledged(),
    )


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
        materializations,
        [run.update_timestamp for run in newest],
        found and (found.aliases, found.tags),
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def day_verdicts(live: Days, judged: Days, version: str) -> dict[date, DayVerdict]:
    """Each day's verdict against `version`; an outage overrides an earlier verdict."""
    verdicts: dict[date, DayVerdict] = {
        day: facts["verdict"] for day, facts in judged.items() if facts["version"] == version
    }
    for day, facts in live.items():
        if facts["outage"] != NO_OUTAGE:
            verdicts[day] = "outage"
    return verdicts


def retrain_in_flight(instance: dg.DagsterInstance, model: str) -> str:
    """The running or queued retrain of `model`, in words; empty if there is none."""
    for run in instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)):
        if retrains(run, model):
            return f"run {run.run_id[:8]}, {run.status.value.lower()}"
    return ""


def _newest(instance: dg.DagsterInstance, model: str, asset: str) -> Days:
    key = dg.AssetKey([model, asset])
    return newest_by_day(instance, key, newest_days(instance, key, DAYS))


def _after(instance: dg.DagsterInstance, model: str, asset: str, day: date) -> Days:
    key = dg.AssetKey([model, asset])
    return newest_by_day(instance, key, [it for it in all_days(instance, key) if it > day])


def _day(version: "ModelVersion", tag: str) -> date:
    """A date from the version's tags; without one, as in older releases, all days count."""
    value = version.tags.get(tag)
    return date.fromisoformat(value) if value else date.min


def _note(days: Mapping[date, DayVerdict], live: Days, judged: Days) -> str:
    newest = max(days, default=date.min)
    if days.get(newest) == "outage":
        return str(live[newest]["outage"])
    return str(judged[newest]["summary"]).removeprefix("inconclusive: ") if newest in days else ""


def _judged_quality(labelled: Days, version: str, since: date) -> list[tuple[date, Any]]:
    """The days with known performance that this version scored, the newest last."""
    return [
        (day, facts["performance"])
        for day, facts in labelled.items()
        if day > since and facts["version"] == version and facts["performance"] != "unknown"
    ]


def _new_labels(labelled: Days, trained_through: date) -> int:
    return sum(facts["learnable_rows"] for day, facts in labelled.items() if day > trained_through)


def _attempts(instance: dg.DagsterInstance, spec: LifecycleSpec, version: str) -> Iterator[Attempt]:
    tags = {"model": spec.name, f"{TAG}production_version": version}
    newest = {}
    # A retry of a failed run has the same tags, so the outcome of the attempt is the retry's.
    for record in instance.get_run_records(dg.RunsFilter(tags=tags), ascending=True):
        run = record.dagster_run
        newest[run.tags[f"{TAG}episode"], run.tags[f"{TAG}number"]] = run
    for run in newest.values():
        yield Attempt.from_tags(run.tags, outcome(instance, run, spec.name))


def outcome(instance: dg.DagsterInstance, run: dg.DagsterRun, model: str) -> Outcome:
    """The outcome of a retrain, as recorded by the materializations of its run."""
    if not run.is_finished:
        return "running"
    if run.status == dg.DagsterRunStatus.CANCELED:
        return "canceled"
    if run.status != dg.DagsterRunStatus.SUCCESS:
        return "failed"
    materialized = _materialized(instance, run.run_id, model)
    if (
        materialized.get("production_version", {}).get("version")
        != run.tags[f"{TAG}production_version"]
    ):
        return "promoted"
    stages: dict[str, Outcome] = {REJECTED: "rejected", STAGING: "staged"}
    return stages.get(materialized.get("registered_version", {}).get("stage", ""), "unchanged")


def _materialized(
    instance: dg.DagsterInstance, run_id: str, model: str
) -> dict[str, dict[str, Any]]:
    """The metadata of what a run materialized, by asset name."""
    kind = {dg.DagsterEventType.ASSET_MATERIALIZATION}
    found = {}
    for record in instance.get_records_for_run(run_id, of_type=kind).records:
        event = record.asset_materialization
        if event and event.asset_key.path[0] == model:
            facts = {name: value.value for name, value in event.metadata.items()}
            found[event.asset_key.path[-1]] = facts
    return found
