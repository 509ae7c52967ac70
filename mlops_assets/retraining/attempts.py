"""Read the retrains that the policy started, and their outcomes, from Dagster."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from mlops_assets.registry.records import ProductionVersion, RegisteredVersion
from mlops_assets.retraining.day_records import record_of
from mlops_assets.retraining.loop_state import TAG, Attempt, Outcome
from mlops_assets.spec.stage_names import REJECTED, STAGING

OUTCOMES: dict[str, Outcome] = {REJECTED: "rejected", STAGING: "staged"}


def read_attempts(instance: dg.DagsterInstance, model: str, version: str) -> Iterator[Attempt]:
    """The retrains that were started while `version` was in production."""
    tags = {"model": model, f"{TAG}production_version": version}
    newest = {}
    # A retry of a failed run has the same tags, so the outcome of the attempt is the retry's.
    for record in instance.get_run_records(dg.RunsFilter(tags=tags), ascending=True):
        run = record.dagster_run
        newest[run.tags[f"{TAG}episode"], run.tags[f"{TAG}number"]] = run
    for run in newest.values():
        yield Attempt.from_tags(run.tags, outcome(instance, run, model))


def outcome(instance: dg.DagsterInstance, run: dg.DagsterRun, model: str) -> Outcome:
    """The outcome of a retrain, as recorded by the materializations of its run."""
    if not run.is_finished:
        return "running"
    if run.status == dg.DagsterRunStatus.CANCELED:
        return "canceled"
    if run.status != dg.DagsterRunStatus.SUCCESS:
        return "failed"
    made = _materialized(instance, run.run_id, model)
    serving = record_of(made.get("production_version", {}), ProductionVersion)
    if (serving and serving.version) != run.tags[f"{TAG}production_version"]:
        return "promoted"
    registered = record_of(made.get("registered_version", {}), RegisteredVersion)
    return OUTCOMES.get(registered.stage, "unchanged") if registered else "unchanged"


def _materialized(
    instance: dg.DagsterInstance, run_id: str, model: str
) -> dict[str, dict[str, Any]]:
    """The metadata of what a run materialized, by asset name."""
    kind = {dg.DagsterEventType.ASSET_MATERIALIZATION}
    found = {}
    for record in instance.get_records_for_run(run_id, of_type=kind).records:
        event = record.asset_materialization
        if event and event.asset_key.path[0] == model:
            values = {name: value.value for name, value in event.metadata.items()}
            found[event.asset_key.path[-1]] = values
    return found
