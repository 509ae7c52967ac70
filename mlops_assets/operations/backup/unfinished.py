"""End the runs that were in progress when a home was copied: nothing executes them any more."""

from collections.abc import Collection, Sequence

import dagster as dg

from mlops_assets.errors import InputError
from mlops_assets.operations.backup.moving import MLFLOW_FILE
from mlops_assets.operations.backup.stores import MLFLOW, RUNS
from mlops_assets.platform.dagster.storage import for_dagster
from mlops_assets.platform.dagster_storage_url import STORAGE_VARIABLE
from mlops_assets.platform.mlflow.run_status_sensor import close_finished_runs
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.sqlite_url import sqlite_url

UNFINISHED = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def end_unfinished(
    settings: Settings, servers: Collection[str], when: str
) -> tuple[int, tuple[str, ...]]:
    """Mark unfinished runs as failed and close their MLflow runs; return their number and notes.

    `servers` has the variables of the PostgreSQL databases that are this home's own; what is in
    another is left alone. `when` says since when nobody executes the runs.

    Otherwise they would stay in progress forever: on another machine nobody monitors their
    process, and on this one it may be alive and at work on the old home. Queued runs stay queued:
    a daemon starts them. Everything is restored by then, so a store's error becomes a note.
    """
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    storage = _own_storage(settings, servers)
    if storage is None:
        return 0, ()
    # Not the instance of DAGSTER_HOME, which may be another.
    folder = str(settings.dagster_home)
    try:
        with dg.DagsterInstance.local_temp(folder, overrides=storage) as instance:
            runs = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
            _end(instance, runs, when)
            if store := _own_mlflow(settings, servers):
                close_finished_runs(instance, store)
    except (InputError, MlflowException, SQLAlchemyError, dg.DagsterError, OSError) as error:
        problem = str(error).partition("\n")[0]
        return 0, (f"some runs may still be shown as in progress, in Dagster or MLflow: {problem}",)
    return len(runs), ()


def _own_storage(settings: Settings, servers: Collection[str]) -> dict | None:
    """The storage section of a dagster.yaml for the home's storage; None if there is none."""
    if STORAGE_VARIABLE in servers:
        url = for_dagster(settings.dagster_storage_url)
        return {"storage": {"postgres": {"postgres_url": url}}}
    return {} if (settings.dagster_home / RUNS).exists() else None


def _end(instance: dg.DagsterInstance, runs: Sequence[dg.DagsterRun], when: str) -> None:
    for run in runs:
        instance.report_run_failed(run, f"it was in progress {when}")


def _own_mlflow(settings: Settings, servers: Collection[str]) -> Settings | None:
    """Settings with the home's MLflow; None if it is elsewhere, where others use it too."""
    if VARIABLES[MLFLOW] in servers:  # its server may not run yet
        return settings.model_copy(update={MLFLOW: settings.mlflow_database})
    file = settings.home / MLFLOW_FILE
    if not file.exists():
        return None
    return settings.model_copy(update={MLFLOW: sqlite_url(file)})
