"""Read a picture of a run through MLflow's client, wherever its artifacts are."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from mlops_assets.figures.style import smaller
from mlops_assets.platform.mlflow.runs import DAGSTER_TAG
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient

KEPT = 200


class PictureNotFoundError(LookupError):
    """The run does not exist, was not made by this project, or has no such picture."""


class RunPictures:
    """Small copies of the pictures of runs; the last ones are kept, because they never change."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # A browser asks for all pictures of a panel at once; opening the store is for one thread.
        self._opening = Lock()
        self.small = lru_cache(KEPT)(self._small)

    def _small(self, run_id: str, file: str) -> bytes:
        """A small copy of a PNG among the run's artifacts.

        Raises `PictureNotFoundError`, and `InputError` if MLflow does not answer.
        """
        with self._opening, explained(self.settings):
            client = open_store(self.settings)
        with explained(self.settings), tempfile.TemporaryDirectory() as folder:
            _require(client, run_id, file)
            path = client.download_artifacts(run_id, file, folder)
            return _smaller(Path(path).read_bytes(), file)


def _require(client: MlflowClient, run_id: str, file: str) -> None:
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST, ErrorCode

    try:
        run = client.get_run(run_id)
    except MlflowException as error:
        if error.error_code == ErrorCode.Name(RESOURCE_DOES_NOT_EXIST):
            raise PictureNotFoundError(f"MLflow has no run {run_id}") from None
        raise
    if DAGSTER_TAG not in run.data.tags:
        raise PictureNotFoundError(f"{run_id} is not a run of a materialization")
    if file not in {it.path for it in client.list_artifacts(run_id)}:
        raise PictureNotFoundError(f"run {run_id} has no {file}")


def _smaller(content: bytes, file: str) -> bytes:
    from PIL import UnidentifiedImageError

    try:
        return smaller(content)
    except UnidentifiedImageError:
        raise PictureNotFoundError(f"{file} is not a PNG") from None
