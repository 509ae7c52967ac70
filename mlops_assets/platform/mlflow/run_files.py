"""Read files of MLflow runs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow import MlflowClient


def artifact(client: MlflowClient, run_id: str, path: str) -> bytes:
    """The content of a file of a run."""
    return artifacts(client, run_id, [path])[path]


def artifacts(client: MlflowClient, run_id: str, paths: Iterable[str]) -> dict[str, bytes]:
    """The content of files of a run, by path.

    `client.download_artifacts` would ask twice for the run, at every file: most of the time.
    """
    from mlflow.artifacts import download_artifacts

    uri, store = client.get_run(run_id).info.artifact_uri, client.tracking_uri
    with tempfile.TemporaryDirectory(prefix="mlops_assets_") as folder:
        get = partial(download_artifacts, dst_path=folder, tracking_uri=store)
        return {path: Path(get(f"{uri}/{path}")).read_bytes() for path in paths}


def all_artifacts(client: MlflowClient, run_id: str) -> dict[str, bytes]:
    """The content of all files of a run, by path; empty if it has none, or they are gone."""
    from mlflow.artifacts import download_artifacts
    from mlflow.exceptions import MlflowException

    uri = client.get_run(run_id).info.artifact_uri
    with tempfile.TemporaryDirectory(prefix="mlops_assets_") as folder:
        try:
            place = Path(download_artifacts(uri, dst_path=folder, tracking_uri=client.tracking_uri))
        except (MlflowException, OSError):
            return {}
        files = (it for it in place.rglob("*") if it.is_file())
        return {it.relative_to(place).as_posix(): it.read_bytes() for it in files}
