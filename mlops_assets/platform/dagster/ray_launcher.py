"""Launch runs as Ray jobs, which open the stores by the settings of the node they run on.

Dagster creates it from dagster.yaml, in its daemon and its web server.
"""

import shlex
from collections.abc import Iterable, Mapping

from dagster import DagsterInstance, DagsterRun
from dagster_ray import RayRunLauncher
from dagster_ray.configs import USER_DEFINED_RAY_KEY, RayExecutionConfig
from dagster_ray.core.run_launcher import get_job_submission_id_from_run_id

from mlops_assets.platform.dagster.private import (
    LaunchRunContext,
    WorkerStatus,
    execute_run_arguments,
)

WORKER = "mlops_assets.platform.dagster.run_worker"


class RayLauncher(RayRunLauncher):
    """`RayRunLauncher`, whose jobs name no folder and no secret of the machine that launches."""

    def launch_run(self, context: LaunchRunContext) -> None:
        """Submit a job to the cluster. Raises `ConnectionError` if the cluster does not answer."""
        run = with_resources(context.dagster_run, self._instance)
        self._launch_ray_job(get_job_submission_id_from_run_id(run.run_id), command(run), run)

    def why_not_started(self, run: DagsterRun) -> str:
        """Why the job of a run has ended before the run started; "" if it has not.

        Dagster's monitoring looks only at runs that have started.
        """
        try:
            health = self.check_run_worker_health(run)
        except OSError:  # the cluster does not answer; it may do so later
            return ""
        return health.msg or "" if health.status == WorkerStatus.FAILED else ""


def command(run: DagsterRun) -> str:
    """The shell command that executes the run on a node, in the home of that node."""
    python, *arguments = execute_run_arguments(run)
    return shlex.join([python, "-m", WORKER, *arguments])


def with_resources(run: DagsterRun, instance: DagsterInstance) -> DagsterRun:
    """The run, tagged with the most that one of its steps asks for, unless its job has a tag."""
    if USER_DEFINED_RAY_KEY in run.tags or not run.execution_plan_snapshot_id:
        return run
    plan = instance.get_execution_plan_snapshot(run.execution_plan_snapshot_id)
    asked = most(step.tags or {} for step in plan.steps)
    instance.add_run_tags(run.run_id, {USER_DEFINED_RAY_KEY: asked.model_dump_json()})
    return instance.get_run_by_id(run.run_id) or run


def most(tags: Iterable[Mapping[str, str]]) -> RayExecutionConfig:
    """The largest of each resource that the tags of steps ask for."""
    every = [RayExecutionConfig.from_tags(it) for it in tags]
    return RayExecutionConfig(
        num_cpus=max((it.num_cpus or 0 for it in every), default=0) or None,
        num_gpus=max((it.num_gpus or 0 for it in every), default=0) or None,
        memory=max((it.memory or 0 for it in every), default=0) or None,
    )
