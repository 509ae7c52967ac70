"""What Dagster started this process for: to serve the models, or for one run or a step of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from dagster import AssetKey, DagsterInstance, DagsterRun

from mlops_assets.platform.dagster import private


@dataclass(frozen=True)
class RunHere:
    """The run that this process executes, or executes a step of."""

    job: str
    selected: frozenset[AssetKey]
    """The selected assets, and those of selected checks; empty if the job runs as a whole."""
    ops: frozenset[str]
    """Names of the ops of the run's plan, as it was when the run was created."""


def is_code_server() -> bool:
    """Whether this process serves the definitions to Dagster's UI and daemon."""
    return private.api_command() == "grpc"


def run_here() -> RunHere | None:
    """The run of this process, whoever launched it; None if it has none, or none that is known.

    Dagster's launchers set no variable, but every process of a run has it in its arguments.
    """
    run_id, given = private.run_arguments() or ("", None)
    if not run_id:
        return None
    with DagsterInstance.from_ref(given) if given else DagsterInstance.get() as instance:
        run = instance.get_run_by_id(run_id)
        return _as_created(run, instance) if run else None


def _as_created(run: DagsterRun, instance: DagsterInstance) -> RunHere | None:
    if run.execution_plan_snapshot_id is None:
        return None
    plan = instance.get_execution_plan_snapshot(run.execution_plan_snapshot_id)
    checked = {check.asset_key for check in run.asset_check_selection or ()}
    return RunHere(
        job=run.job_name,
        selected=frozenset({*(run.asset_selection or ()), *checked}),
        ops=_ops(step.node_handle_id for step in plan.steps),
    )


def _ops(handles: Iterable[str]) -> frozenset[str]:
    return frozenset(handle.partition(".")[0] for handle in handles)
