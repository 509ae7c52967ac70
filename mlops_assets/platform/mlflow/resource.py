"""The MLflow resource: one parent run per Dagster run, one child run per materialization.

dagster-mlflow is used only in this file. It marks failed runs as FINISHED and shares one flat run
among all steps, so runs are opened and closed here; its resource only makes a child the active run
for code that uses MLflow's fluent functions.
"""

import gc
import traceback
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import dagster as dg

from mlops_assets.errors import logger
from mlops_assets.platform.dagster.overlap import this_process
from mlops_assets.platform.heartbeats import beating
from mlops_assets.platform.mlflow.model_ids import has_files
from mlops_assets.platform.mlflow.recording import Recording
from mlops_assets.platform.mlflow.run_links import RunLinks
from mlops_assets.platform.mlflow.runs import (
    REASON_TAG,
    DagsterRun,
    close,
    experiment_id,
    log_dataset,
    log_values,
    open_child,
    open_parent,
)
from mlops_assets.platform.mlflow.store import error_text, explained, open_store
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run


class MlflowResource(dg.ConfigurableResource):
    """Record materializations in the configured MLflow store."""

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        return Settings.from_environment()

    @property
    def client(self) -> "MlflowClient":
        """A client of the store; raises `InputError` if it does not answer."""
        return open_store(self.settings)

    @contextmanager
    def record(self, name: str, run: DagsterRun, tags: Mapping[str, str]) -> Iterator[Recording]:
        """Open the child run of one materialization, and close it with the status of the body.

        FINISHED if the body ends, FAILED if it raises, KILLED if Dagster interrupts it; the error's
        text becomes the tag `reason`. Raises `RuntimeError` if the body ends without recording all
        that every materialization must.
        """
        alive = beating(self.settings, run.run_id, name, this_process())
        with explained(self.settings), alive:
            client, settings = self.client, self.settings
            parent = open_parent(client, run, settings)
            child = open_child(client, parent, name, run, settings)
            all_tags = {**run.tags(settings), **tags}
            recording = Recording(client, child.info, all_tags, _links(child, run, settings))
            try:
                yield recording
                if lacking := recording.missing():
                    raise RuntimeError(f"{name} ended without recording its {lacking} in MLflow")
            except BaseException as error:
                status = "FAILED" if isinstance(error, Exception) else "KILLED"
                if status == "KILLED":
                    _let_go_of_connections(error)
                reason = (
                    f"{type(error).__name__}: {error_text(error, settings.mlflow_tracking_uri)}"
                )
                recording.tags(**{REASON_TAG: reason})
                recording.finish(status)
                close(client, parent, status, reason)
                raise
            if recording.dataset_version:
                log_dataset(client, (child, parent), recording.dataset_version, run)
            recording.finish("FINISHED")

    def record_failure(
        self, name: str, run: DagsterRun, tags: Mapping[str, str], reason: str
    ) -> None:
        """Record a FAILED child and a FAILED parent, for a check that stops its run."""
        with explained(self.settings):
            client, settings = self.client, self.settings
            parent = open_parent(client, run, settings)
            child = open_child(client, parent, name, run, settings)
            for tag, value in tags.items():
                client.set_tag(child.info.run_id, tag, value)
            close(client, child, "FAILED", reason)
            close(client, parent, "FAILED", reason)

    def find_finished(self, experiment: str, name: str, **tags: str) -> "Run | None":
        """The newest finished child `name` of an experiment with these tags."""
        asked = "".join(f" and tags.{tag} = '{value}'" for tag, value in tags.items())
        found = self.client.search_runs(
            [experiment_id(self.client, experiment, self.settings)],
            f"attributes.run_name = '{name}' and attributes.status = 'FINISHED'{asked}",
            max_results=1,
        )
        return found[0] if found else None

    def find_model(self, experiment: str, name: str, fingerprint: str) -> str | None:
        """The model of a finished child `name` with that fingerprint, if its files still exist."""
        found = self.find_finished(experiment, name, fingerprint=fingerprint)
        model_id = found.data.tags["model_id"] if found else None
        return model_id if model_id and has_files(self.client, model_id) else None

    def record_trials(
        self,
        run: DagsterRun,
        recording: Recording,
        trials: Iterable[tuple[Mapping[str, Any], Mapping[str, float]]],
    ) -> None:
        """Record each trial's parameters and metrics as a FINISHED child of the recording."""
        client, settings = self.client, self.settings
        owner = client.get_run(recording.run_id)
        for number, (params, metrics) in enumerate(trials, start=1):
            child = open_child(client, owner, f"trial {number}", run, settings)
            log_values(client, child.info.run_id, params=params, metrics=metrics)
            client.set_terminated(child.info.run_id, status="FINISHED")

    @contextmanager
    def fluent(self, run: DagsterRun, recording: Recording) -> Iterator[Any]:
        """Make the recording the thread's active MLflow run, with dagster-mlflow's resource.

        For code that logs with MLflow's fluent functions, such as an estimator's callbacks.
        """
        import mlflow

        config = {
            "experiment_name": run.experiment,
            "mlflow_tracking_uri": self.client.tracking_uri,
            "mlflow_run_id": recording.run_id,
        }
        context = SimpleNamespace(
            log=logger(__name__),
            dagster_run=SimpleNamespace(job_name=recording.name),  # it renames the run to this
            run_id=run.run_id,
            resource_config=config,
        )
        try:
            yield _dagster_mlflow(context)
        finally:
            mlflow.end_run(status="RUNNING")  # `record` closes the child


def _let_go_of_connections(interrupt: BaseException) -> None:
    """An interrupt while a session is closed leaves its connection open, and SQLite locked.

    What still refers to it are the variables of the frames that the interrupt has left.
    """
    error: BaseException | None = interrupt
    while error:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__
    gc.collect()


def _dagster_mlflow(context: SimpleNamespace) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        from dagster_mlflow.resources import MlFlow

        return MlFlow(context)


def _links(child: Any, run: DagsterRun, settings: Settings) -> RunLinks:
    configured = settings.mlflow_ui if settings.mlflow_ui_is_configured else ""
    return RunLinks(child.info.experiment_id, child.info.run_id, run.run_id, configured)
