"""Ends the runs that were going on when a backup was taken: nothing executes them any more."""

import dagster as dg

from mlops_assets.resources.backup.moving import MLFLOW_FILE
from mlops_assets.resources.backup.postgres import is_postgres
from mlops_assets.resources.mlflow_truth import make_true
from mlops_assets.resources.settings import Settings

UNFINISHED = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def end_unfinished(settings: Settings, taken_at: str) -> int:
    """Fail the unfinished runs in the home and close their MLflow runs; how many there were.

    Without it they would go on for ever: on another machine nobody looks after their process,
    and on this one it may well be alive and at work on the old home. Runs that wait in the queue
    still wait: a daemon starts them.
    """
    folder = settings.home / "dagster"
    if not (folder / "history" / "runs.db").exists():
        return 0
    # Not the instance of DAGSTER_HOME, which may be another.
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        runs = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
        for run in runs:
            instance.report_run_failed(run, f"it was going on when the backup of {taken_at} began")
        store = _restored_mlflow(settings)
        if store:
            make_true(instance, store)
    return len(runs)


def _restored_mlflow(settings: Settings) -> Settings | None:
    """Settings with MLflow as restored; None where a server keeps it, which others use too."""
    file = settings.home / MLFLOW_FILE
    if is_postgres(settings.mlflow_tracking_uri):
        return settings
    return (
        settings.model_copy(update={"mlflow_tracking_uri": f"sqlite:///{file}"})
        if file.exists()
        else None
    )
