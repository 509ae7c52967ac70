"""Identify who started a Dagster run: a person, a schedule or a sensor."""

import dagster as dg

from mlops_assets.registry.actor import USER_TAG, current_actor

STARTERS = {"dagster/schedule_name": "schedule", "dagster/sensor_name": "sensor"}


def started_by(context: dg.AssetExecutionContext) -> str:
    """The schedule or sensor that started the run, such as `sensor x`; empty if a person did."""
    tags = context.run.tags
    return next((f"{kind} {tags[tag]}" for tag, kind in STARTERS.items() if tag in tags), "")


def run_actor(context: dg.AssetExecutionContext) -> str:
    """The actor of a stage change in this run, for the ledger: `anna, Dagster run 1a2b3c4d`.

    Open-source Dagster has no user accounts, so the person is taken from the run's tag `user`,
    which the CLI sets, or else from the owner of the process.
    """
    actor = started_by(context) or context.run.tags.get(USER_TAG) or current_actor()
    return f"{actor}, Dagster run {context.run.run_id[:8]}"
