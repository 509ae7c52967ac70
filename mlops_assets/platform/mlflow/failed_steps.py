"""Record steps that failed outside their asset's body, while reading, checking or writing."""

from typing import TYPE_CHECKING

import dagster as dg

from mlops_assets.platform.mlflow.runs import DAGSTER_TAG, PARENT_TAG, close

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run


def failed_steps(instance: dg.DagsterInstance, run_id: str) -> dict[str, str]:
    """The reason of failure of each failed step of a Dagster run, by step key."""
    kind = {dg.DagsterEventType.STEP_FAILURE}
    found = instance.get_records_for_run(run_id, of_type=kind).records
    events = [record.event_log_entry.dagster_event for record in found]
    return {event.step_key: _reason(event) for event in events if event and event.step_key}


def record_failed_steps(client: "MlflowClient", parent: "Run", failed: dict[str, str]) -> None:
    """Make sure that each failed step has a FAILED child of `parent`, with the reason.

    If the asset's body raised, there is one already. Otherwise, the child that the body closed as
    FINISHED is corrected, or a child is created if the step failed before its body.
    """
    children = _children(client, parent)
    recorded = {step for step, child in children if child.info.status == "FAILED"}
    for step in failed.keys() - recorded:
        child = next((child for name, child in children if name == step), None)
        close(client, child or _new_child(client, parent, step), "FAILED", failed[step])


def _reason(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    return (error.cause or error).message.strip() if error else str(event.message)


def _children(client: "MlflowClient", parent: "Run") -> list[tuple[str, "Run"]]:
    """The children of the parent's newest Dagster run, each with the key of its step."""
    query = (
        f"tags.`{PARENT_TAG}` = '{parent.info.run_id}' "
        f"and tags.{DAGSTER_TAG} = '{parent.data.tags[DAGSTER_TAG]}'"
    )
    found = client.search_runs([parent.info.experiment_id], query)
    return [(_step_key(child), child) for child in found]


def _step_key(child: "Run") -> str:
    key = child.data.tags.get("asset_key", "")
    if "check" in child.data.tags:
        return f"{key.replace('/', '_')}_checks"
    return key.replace("/", "__")


def _new_child(client: "MlflowClient", parent: "Run", step: str) -> "Run":
    kept = {name: value for name, value in parent.data.tags.items() if name.startswith("dagster_")}
    tags = {**kept, "model": parent.data.tags["model"], PARENT_TAG: parent.info.run_id}
    name = step.rpartition("__")[2]
    return client.create_run(parent.info.experiment_id, run_name=name, tags=tags)
