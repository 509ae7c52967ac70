"""Save a linkage model in MLflow and load it, without pickle."""

from __future__ import annotations

import warnings
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.kinds.fellegi_sunter.files import keep_private, read, write
from mlops_assets.kinds.model_files import require_sealed, seal

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.models import Model, ModelSignature

    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel

PACKAGES = ("splink", "duckdb", "pandas", "pyarrow", "numpy", "scipy", "pydantic")
FOLDER = "linkage"
TAGS = {"personal_data": "frequencies/ holds names of the training records"}


def save(
    model: LinkageModel,
    features_sample: pd.DataFrame,
    predictions_sample: pd.DataFrame,
    *,
    run_id: str,
    model_name: str,
) -> str:
    """Log the model under the run and return its id, `m-…`; `mlflow.pyfunc` can load it.

    The active run of the thread is neither used nor changed. The model is tagged `personal_data`;
    in a local artifact folder, only the owner may read it.
    """
    import mlflow
    from mlflow.models import Model

    client = mlflow.MlflowClient()
    run = client.get_run(run_id)
    with TemporaryDirectory() as folder:
        write(model, Path(folder) / FOLDER)
        flavor = _Served(Path(folder) / FOLDER, signature(features_sample, predictions_sample))
        logged = client.create_logged_model(
            run.info.experiment_id,
            model_name,
            source_run_id=run_id,
            tags=TAGS,
            params=run.data.params,
        )
        Model.log(None, flavor, run_id=run_id, model_id=logged.model_id)
    _keep_local_files_private(logged.artifact_location)
    return logged.model_id


class _Served:
    """The flavor that `Model.log` calls: `mlflow.pyfunc`, with the code in `served.py`."""

    __name__ = "mlflow.pyfunc"

    def __init__(self, folder: Path, signature: ModelSignature) -> None:
        self.folder, self.signature = folder, signature

    def save_model(self, path: str, mlflow_model: Model) -> None:
        """Let MLflow save its model folder with ours inside."""
        from mlflow.pyfunc import save_model

        with warnings.catch_warnings():
            # No input example, because it would be a real person's record.
            warnings.filterwarnings("ignore", ".*An input example was not provided", UserWarning)
            save_model(
                path,
                mlflow_model=mlflow_model,
                python_model=str(Path(__file__).with_name("served.py")),
                artifacts={FOLDER: str(self.folder)},
                signature=self.signature,
                pip_requirements=[f"{name}=={version(name)}" for name in PACKAGES],
            )
        seal(Path(path), f"artifacts/{FOLDER}", mlflow_model)


def signature(features: pd.DataFrame, predictions: pd.DataFrame) -> ModelSignature:
    """The model's input and output columns, inferred from dtypes alone."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    def columns(table: pd.DataFrame) -> Schema:
        return Schema([ColSpec(_mlflow_type(values), str(name)) for name, values in table.items()])

    return ModelSignature(inputs=columns(features), outputs=columns(predictions))


def _mlflow_type(values: pd.Series) -> str:
    from pandas.api import types

    if types.is_integer_dtype(values):
        return "long"
    if types.is_numeric_dtype(values):
        return "double"
    return "datetime" if types.is_datetime64_dtype(values) else "string"


def _keep_local_files_private(location: str | None) -> None:
    from mlflow.utils.file_utils import local_file_uri_to_path

    if location and (location.startswith("file:") or "://" not in location):
        keep_private(Path(local_file_uri_to_path(location)) / "artifacts" / FOLDER)


def load(model_uri: str) -> LinkageModel:
    """Load the model at `models:/m-…` without running any stored code.

    Raises `InputError` if it is of another kind, or its files have changed since it was saved.
    """
    from mlflow.artifacts import download_artifacts

    with TemporaryDirectory() as folder:
        found = Path(download_artifacts(artifact_uri=model_uri, dst_path=folder))
        linkage = found / "artifacts" / FOLDER
        if not linkage.is_dir():
            raise InputError(
                seen=f"{model_uri} is not saved as a fellegi_sunter model",
                expected="a model saved by this package",
                todo="train the model again here",
            )
        require_sealed(found, f"artifacts/{FOLDER}", model_uri)
        return read(linkage)
