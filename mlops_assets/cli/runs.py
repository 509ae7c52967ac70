"""Runs of a model's jobs in this process, as the commands start them."""

from contextlib import suppress
from uuid import uuid4

import dagster as dg

from mlops_assets.cli.progress import Progress, Step
from mlops_assets.cli.terminal import working
from mlops_assets.errors import InputError
from mlops_assets.loading import spec_of
from mlops_assets.platform.dagster.overlap import PROCESS_TAG, end_dead_runs, this_process
from mlops_assets.platform.mlflow.run_status_sensor import close_finished_runs
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.actor import USER_TAG, current_actor

# Progress prints one line per step; Dagster's own console log would print ten.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class ModelRuns:
    """Executes the jobs of one model on `instance`; raises `InputError` for an unknown model.

    `steps` has the steps that ended, of all jobs.
    """

    def __init__(self, model: str, instance: dg.DagsterInstance, settings: Settings) -> None:
        from mlops_assets.definitions import defs_of

        self.model, self.instance, self.settings = model, instance, settings
        self.loaded = defs_of(model)
        self.spec = spec_of(self.loaded, model)
        self.steps: list[Step] = []

    def job(self, name: str) -> dg.JobDefinition:
        """The job `<model>_<name>`."""
        return self.loaded.resolve_job_def(f"{self.model}_{name}")

    def execute(
        self,
        job: str,
        *,
        tags: dict[str, str] | None = None,
        partition: str | None = None,
        show_steps: bool = True,
    ) -> bool:
        """Run `<model>_<job>`, printing one line per step; returns whether it succeeded.

        Raises `KeyboardInterrupt` if Ctrl-C stopped it; Dagster then has the run as canceled.
        """
        run_id = str(uuid4())
        try:
            with working(what := f"{self.model} {partition or job}") as now:
                progress = Progress(
                    self.model,
                    steps=show_steps,
                    now=lambda step: now(f"{what}: {step}"),
                    interrupted=lambda: cancel(self.instance, run_id),
                )
                self.instance.add_event_listener(run_id, progress)
                result = self.job(job).execute_in_process(
                    instance=self.instance,
                    run_id=run_id,
                    run_config=QUIET,
                    tags={PROCESS_TAG: this_process(), USER_TAG: current_actor(), **(tags or {})},
                    partition_key=partition,
                    raise_on_error=False,
                )
        finally:
            end_dead_runs(self.instance)  # also of commands that were killed
            # If MLflow is unavailable, the step that needed it has already reported it.
            with suppress(InputError):
                close_finished_runs(self.instance, self.settings)
        self.steps += progress.ended
        if progress.was_interrupted:
            raise KeyboardInterrupt
        return result.success


def cancel(instance: dg.DagsterInstance, run_id: str) -> None:
    """Say that a run is being canceled; Dagster would take an interrupt for a failure."""
    if run := instance.get_run_by_id(run_id):
        instance.report_run_canceling(run, "stopped by Ctrl-C")
