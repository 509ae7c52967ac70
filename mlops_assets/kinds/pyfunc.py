"""What `mlflow.pyfunc.load_model` calls for a model whose files only its kind reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.kinds.loading import load_by
from mlops_assets.kinds.model_files import FLAVOR

if TYPE_CHECKING:
    from mlops_assets.kinds.base import Model


def _load_pyfunc(path: str) -> Model:
    """The model in a folder of MLflow, by the kind that saved it. Raises `InputError`."""
    from mlflow.models import Model as Description

    return load_by(Description.load(path).flavors[FLAVOR]["kind"], path, path)
