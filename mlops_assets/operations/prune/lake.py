"""Which files of the lake are old, and that neither a pointer nor a run of MLflow names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mlops_assets.operations.prune.mlflow_runs import TRAINED
from mlops_assets.operations.prune.part import Part
from mlops_assets.platform.file_systems import open_files
from mlops_assets.platform.lake import POINTER
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.reproduce.kept_code import FOLDER as CODE
from mlops_assets.registry.reproduce.recorded_training import FILE, RecordedTraining

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem
    from mlflow import MlflowClient
    from mlflow.entities import Run


def old_files(
    client: MlflowClient, settings: Settings, runs: Iterable[Run], before: datetime
) -> Part:
    """The files of assets and kept code to remove; a log of predictions or labels has no pointer.

    A pointer and what it names stay, whatever their age.
    """
    files, root = open_files(settings.lake_url)
    found = files.find(root, detail=True) if files.exists(root) else {}
    named = {f"{root}/{file}" for file in _recorded(client, runs)} | _pointed_at(files, found)
    folders = {path.rpartition("/")[0] for path in found if path.endswith(f"/{POINTER}")}
    folders.add(f"{root}/{CODE}")
    old = {
        path: about
        for path, about in found.items()
        if path.rpartition("/")[0] in folders
        and not path.endswith(f"/{POINTER}")
        and path not in named
        and changed(about) < before
    }

    def remove() -> str:
        # A retrain that produces an old value again only moves the pointer.
        for path in sorted(old.keys() - _pointed_at(files, found)):
            files.rm_file(path)
        return ""

    names = tuple(path.removeprefix(f"{root}/") for path in old)
    return Part("lake files", names, sum(it["size"] for it in old.values()), remove)


def _recorded(client: MlflowClient, runs: Iterable[Run]) -> set[str]:
    """Files below LAKE_URL that recorded trainings name: their features and their code."""
    from mlflow.artifacts import load_text

    recorded = set()
    for run in runs:
        is_ours = run.info.run_name == TRAINED
        if is_ours and FILE in [it.path for it in client.list_artifacts(run.info.run_id)]:
            text = load_text(f"runs:/{run.info.run_id}/{FILE}")
            training = RecordedTraining.model_validate_json(text)
            recorded |= {training.features_file, training.code_file}
    return recorded


def _pointed_at(files: AbstractFileSystem, found: Mapping[str, Any]) -> set[str]:
    pointers = [path for path in found if path.endswith(f"/{POINTER}")]
    contents = files.cat(pointers) if pointers else {}
    return {
        f"{path.rpartition('/')[0]}/{json.loads(content)['file']}"
        for path, content in contents.items()
    }


def changed(about: Mapping[str, Any]) -> datetime:
    """When a file was written: as seconds on a disk, as a time in an object store."""
    given = about.get("mtime", about.get("LastModified"))
    return given if isinstance(given, datetime) else datetime.fromtimestamp(float(given or 0), UTC)
