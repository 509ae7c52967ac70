"""Save a fitted pipeline in MLflow and load it, without pickle."""

from __future__ import annotations

import shutil
import zlib
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, BadZipFile

from mlops_assets.errors import InputError
from mlops_assets.kinds.model_files import damaged, require_sealed, seal
from mlops_assets.kinds.sklearn.predictions import feature_rows
from mlops_assets.kinds.sklearn.trusted_types import TRUSTED_TYPES

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.models import Model, ModelSignature
    from sklearn.pipeline import Pipeline

PACKAGES = ("scikit-learn", "skops", "numpy", "scipy", "pandas")
FILE = "model.skops"


def save(
    model: Pipeline,
    features_sample: pd.DataFrame,
    predictions_sample: pd.DataFrame,
    *,
    run_id: str,
    model_name: str,
) -> str:
    """Log the pipeline under the run and return its id, `m-…`; `mlflow.sklearn` can load it.

    The active run of the thread is neither used nor changed. Raises `InputError`, before anything
    is logged, if the pipeline contains an untrusted type.
    """
    import mlflow
    from mlflow.models import Model

    with TemporaryDirectory() as folder:
        dumped = Path(folder) / FILE
        dump(model, dumped)
        flavor = _Skops(model, dumped, signature(model, features_sample, predictions_sample))
        client = mlflow.MlflowClient()
        run = client.get_run(run_id)
        # Created here because `Model.log` uses the thread's active experiment, not the run's
        logged = client.create_logged_model(
            run.info.experiment_id, model_name, source_run_id=run_id, params=run.data.params
        )
        Model.log(None, flavor, run_id=run_id, model_id=logged.model_id)
    return logged.model_id


def dump(model: Pipeline, path: Path) -> None:
    """Write the pipeline as skops. Raises `InputError` naming every untrusted type.

    Light compression makes a forest five times smaller: 200 trees on 100,000 rows take 64 MB
    instead of 348, at the cost of one second.
    """
    import skops.io

    skops.io.dump(model, path, compression=ZIP_DEFLATED, compresslevel=2)
    outside = set(skops.io.get_untrusted_types(file=path)) - set(TRUSTED_TYPES)
    if outside:
        owner = type(model[-1]).__name__
        raise _untrusted(f"{owner} contains types that are not trusted: {sorted(outside)}")


class _Skops:
    """The flavor that `Model.log` calls: `mlflow.sklearn`, with the file already written.

    `mlflow.sklearn` alone would write the model again, uncompressed, and read it back.
    """

    __name__ = "mlflow.sklearn"

    def __init__(self, model: Pipeline, dumped: Path, signature: ModelSignature) -> None:
        self.model, self.dumped, self.signature = model, dumped, signature

    def save_model(self, path: str, mlflow_model: Model) -> None:
        """Let `mlflow.sklearn` save an unfitted copy, then replace its file with ours."""
        from mlflow.sklearn import SERIALIZATION_FORMAT_SKOPS, save_model
        from sklearn.base import clone

        save_model(
            clone(self.model),
            path,
            mlflow_model=mlflow_model,
            signature=self.signature,
            serialization_format=SERIALIZATION_FORMAT_SKOPS,
            skops_trusted_types=list(TRUSTED_TYPES),
            pip_requirements=[f"{name}=={version(name)}" for name in PACKAGES],
        )
        shutil.move(self.dumped, Path(path) / FILE)
        mlflow_model.model_size_bytes = (Path(path) / FILE).stat().st_size
        seal(Path(path), FILE, mlflow_model)


def signature(model: Pipeline, features: pd.DataFrame, predictions: pd.DataFrame) -> ModelSignature:
    """The model's input columns and the type of its predictions.

    Inferred from dtypes alone, so that a column that is empty in the sample gets the right type.
    Numbers are always double, because MLflow rejects missing values in an integer column.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    rows = feature_rows(model, features)
    inputs = [ColSpec(_mlflow_type(values), str(name)) for name, values in rows.items()]
    output = TensorSpec(predictions["prediction"].to_numpy().dtype, (-1,))
    return ModelSignature(inputs=Schema([*inputs]), outputs=Schema([output]))


def _mlflow_type(values: pd.Series) -> str:
    from pandas.api.types import is_datetime64_dtype, is_numeric_dtype

    if is_numeric_dtype(values):
        return "double"
    return "datetime" if is_datetime64_dtype(values) else "string"


def load(model_uri: str) -> Pipeline:
    """Load the pipeline at `models:/m-…`. Raises `InputError` unless it is skops with our types.

    `mlflow.sklearn.load_model` loads the same file, but trusts the list of types stored with it,
    which is under the control of whoever wrote the model; this trusts the reviewed list. Raises it
    also if the file has changed since it was saved.
    """
    import skops.io
    from mlflow.artifacts import download_artifacts
    from mlflow.models import Model
    from skops.io.exceptions import UntrustedTypesFoundException

    with TemporaryDirectory() as folder:
        path = Path(download_artifacts(artifact_uri=model_uri, dst_path=folder))
        flavor = Model.load(str(path)).flavors.get("sklearn", {})
        if flavor.get("serialization_format") != "skops":
            raise InputError(
                seen=f"{model_uri} is not saved as a scikit-learn model in skops format",
                expected="a model saved by this package",
                todo="train the model again here",
            )
        require_sealed(path, FILE, model_uri)
        try:
            return skops.io.load(path / FILE, trusted=list(TRUSTED_TYPES))
        except UntrustedTypesFoundException as error:
            raise _untrusted(f"{model_uri}: {str(error).splitlines()[0].rstrip('.')}") from error
        except (BadZipFile, zlib.error) as error:
            raise damaged(model_uri, f"{FILE} cannot be read: {error}") from error


def _untrusted(seen: str) -> InputError:
    return InputError(
        seen=seen,
        expected="only types reviewed in mlops_assets/kinds/sklearn/trusted_types.py",
        todo="use another estimator, or review the types and add them there",
    )
