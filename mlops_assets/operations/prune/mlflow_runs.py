"""Which of MLflow's runs and logged models are old, and belong to no version that stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from mlops_assets.operations.prune.part import Part
from mlops_assets.operations.prune.review_runs import review_runs
from mlops_assets.platform.file_systems import open_files
from mlops_assets.platform.mlflow.model_ids import registered_model_id
from mlops_assets.platform.mlflow.private import remove_for_good
from mlops_assets.platform.mlflow.runs import PARENT_TAG
from mlops_assets.platform.settings import VARIABLES, Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel, Run
    from mlflow.entities.model_registry import ModelVersion

OURS = "tags.model != ''"
"""Runs of our assets and of `log_model`; those of other programs are left alone."""
TRAINED = "trained_model"


def old_runs(
    client: MlflowClient, settings: Settings, kept: Iterable[ModelVersion], before: datetime
) -> tuple[Part, list[Run]]:
    """The runs to remove with their models, and all that stay."""
    runs, models = list(_runs(client)), list(_models(client))
    needed = _needed(client, runs, models, list(kept))
    old = [it for it in runs if _is_old(it, before) and it.info.run_id not in needed]
    gone = {it.info.run_id for it in old}
    with_them = [it for it in models if it.source_run_id in gone]
    places = [it.info.artifact_uri for it in old] + [it.artifact_location for it in with_them]

    def remove() -> str:
        for it in with_them:
            client.delete_logged_model(it.model_id)
        for it in old:
            client.delete_run(it.info.run_id)
        if not settings.mlflow_database:
            return "they are only marked as deleted: set MLFLOW_BACKEND_STORE_URI, and repeat"
        remove_for_good(settings.mlflow_database, gone)
        return ""

    size = sum(_bytes(place) for place in places if place)
    names = tuple(f"{it.info.run_name} {it.info.run_id}" for it in old)
    return Part("MLflow runs", names, size, remove), [
        it for it in runs if it.info.run_id not in gone
    ]


def _needed(
    client: MlflowClient, runs: list[Run], models: list[LoggedModel], kept: list[ModelVersion]
) -> set[str | None]:
    """Ids of the runs behind the versions: each, its parent, and all other steps of that parent.

    So are those of their reviews, and those that these link to.
    """
    ids = {registered_model_id(it) for it in kept}
    needed = {it.run_id for it in kept}
    needed |= {it.source_run_id for it in models if it.model_id in ids}
    needed |= _newest_trainings(runs)
    needed |= review_runs(client, runs, ids)
    parents = {it.info.run_id: it.data.tags.get(PARENT_TAG, it.info.run_id) for it in runs}
    whole = {parents.get(it or "", it) for it in needed}
    return needed | {run for run, parent in parents.items() if parent in whole}


def _newest_trainings(runs: Iterable[Run]) -> set[str]:
    """The newest finished training of each model, which serves while no version does."""
    done = [it for it in runs if it.info.run_name == TRAINED and it.info.status == "FINISHED"]
    by_age = sorted(done, key=lambda it: it.info.start_time)
    return set({it.data.tags["model"]: it.info.run_id for it in by_age}.values())


def _is_old(run: Run, before: datetime) -> bool:
    ended = run.info.end_time
    return ended is not None and ended / 1000 < before.timestamp()


def _runs(client: MlflowClient) -> Iterator[Run]:
    """Runs of ours, also those that are marked as deleted: somebody did, or an earlier `prune`."""
    from mlflow.entities import ViewType

    for experiment in client.search_experiments(view_type=ViewType.ACTIVE_ONLY):
        token = None
        while True:
            ids = [experiment.experiment_id]
            page = client.search_runs(ids, OURS, ViewType.ALL, max_results=1000, page_token=token)
            yield from page
            if not (token := page.token):
                break


def _models(client: MlflowClient) -> Iterator[LoggedModel]:
    for experiment in client.search_experiments():
        token = None
        while True:
            page = client.search_logged_models([experiment.experiment_id], page_token=token)
            yield from page
            if not (token := page.token):
                break


def _bytes(place: str) -> int:
    files, root = open_files(place, VARIABLES["mlflow_artifact_root"])
    return int(files.du(root)) if files.exists(root) else 0
