"""Save a model as files of its own in MLflow, and read them back, without running stored code."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.models import Model, ModelSignature

FOLDER, FLAVOR = "model", "mlops_assets"
PYFUNC = "mlops_assets.kinds.pyfunc"
"""What `mlflow.pyfunc` calls to load the files."""
SEAL = "sha256"


def log_files(
    write: Callable[[Path], None],
    *,
    kind: str,
    sample: pd.DataFrame,
    run_id: str,
    model_name: str,
) -> str:
    """Log what `write` puts into a folder as a model of the run; return its id, `m-…`.

    The signature has the columns of the `sample` of features. Only the kind of that name loads the
    model (see `downloaded`), also for `mlflow.pyfunc`, which needs this package for it. The active
    run of the thread is neither used nor changed.
    """
    import mlflow
    from mlflow.models import Model

    client = mlflow.MlflowClient()
    run = client.get_run(run_id)
    logged = client.create_logged_model(
        run.info.experiment_id, model_name, source_run_id=run_id, params=run.data.params
    )
    flavor = _Files(write, kind, _signature(sample))
    Model.log(None, flavor, run_id=run_id, model_id=logged.model_id)
    return logged.model_id


@contextmanager
def downloaded(model_uri: str, kind: str) -> Iterator[Path]:
    """The folder that `write` filled, while the context is open.

    Raises `InputError` if the model at `models:/m-…` is of another kind, or its files have changed.
    """
    from mlflow.artifacts import download_artifacts
    from mlflow.models import Model

    with TemporaryDirectory() as folder:
        found = Path(download_artifacts(artifact_uri=model_uri, dst_path=folder))
        saved_by = Model.load(str(found)).flavors.get(FLAVOR, {}).get("kind")
        if saved_by != kind:
            raise InputError(
                seen=f"{model_uri} is saved by the kind {saved_by}",
                expected=f"a model saved by the kind {kind}",
                todo="train the model again here",
            )
        require_sealed(found, FOLDER, model_uri)
        yield found / FOLDER


def seal(folder: Path, part: str, mlflow_model: Model) -> None:
    """Note the SHA-256 of the file `part`, or of every file in it, in MLflow's description."""
    mlflow_model.metadata = {**(mlflow_model.metadata or {}), SEAL: hashes(folder, part)}
    mlflow_model.save(str(folder / "MLmodel"))


def require_sealed(folder: Path, part: str, model_uri: str) -> None:
    """Raise `InputError` if a file of `part` is not the one that was saved.

    Models of release 0.1 have no hashes and are not checked.
    """
    from mlflow.models import Model

    noted = (Model.load(str(folder)).metadata or {}).get(SEAL)
    found = hashes(folder, part)
    if noted not in (None, found):
        wrong = min(name for name, _ in noted.items() ^ found.items())
        raise damaged(model_uri, f"{wrong} is not the file that was saved")


def damaged(model_uri: str, why: str) -> InputError:
    """The error for a model whose files have changed since it was saved."""
    return InputError(
        seen=f"{model_uri} is damaged: {why}",
        expected="the files as they were saved",
        todo="restore a backup, or retrain to replace the version; find out who can write there",
    )


def hashes(folder: Path, part: str = "") -> dict[str, str]:
    """SHA-256 of the file `part`, or of every file in it, by path within `folder`."""
    place = folder / part
    files = (path for path in [place, *place.rglob("*")] if path.is_file())
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Files:
    """The flavor that `Model.log` calls: a folder, and who can read it."""

    __name__ = "mlops_assets.kinds.model_files"

    def __init__(self, write: Callable[[Path], None], kind: str, signature: ModelSignature) -> None:
        self.write, self.kind, self.signature = write, kind, signature

    def save_model(self, path: str, mlflow_model: Model) -> None:
        """Write the files, and MLflow's description of the model beside them."""
        from mlflow.pyfunc import add_to_model

        (Path(path) / FOLDER).mkdir(parents=True)
        self.write(Path(path) / FOLDER)
        mlflow_model.signature = self.signature
        mlflow_model.add_flavor(FLAVOR, kind=self.kind, files=FOLDER)
        add_to_model(mlflow_model, loader_module=PYFUNC)
        seal(Path(path), FOLDER, mlflow_model)


def _signature(sample: pd.DataFrame) -> ModelSignature:
    """Inferred from dtypes alone: numbers are double, because they may be missing."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    return ModelSignature(
        inputs=Schema([ColSpec(_type(values), str(name)) for name, values in sample.items()])
    )


def _type(values: pd.Series) -> str:
    from pandas.api.types import is_datetime64_dtype, is_numeric_dtype

    if is_numeric_dtype(values):
        return "double"
    return "datetime" if is_datetime64_dtype(values) else "string"
