"""What an evaluation is made of, by hash: if nothing of it has changed, its numbers have not."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlops_assets.data.input_digest import input_digest, rows_digest
from mlops_assets.evaluation.packs.known import OWN
from mlops_assets.evaluation.packs.registry import packs_of
from mlops_assets.kinds.model_files import hashes
from mlops_assets.platform.mlflow.model_ids import MODEL_FILE

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

FOREIGN = "functions"
"""The pack of this package that runs code of others."""


def inputs_of(
    spec: LifecycleSpec, table: pd.DataFrame, ground_truth: pd.Series | None, model_id: str
) -> str:
    """64 hex characters over all that decides what packs find; empty if that cannot be told.

    The feature table, the ground truth, the files of the logged model as they are stored now,
    defs.yaml, the code and the installed packages. A pack of another package may read whatever it
    wants, so with one it is empty.
    """
    if not {pack.type for pack in packs_of(spec)} <= {*OWN} - {FOREIGN}:
        return ""
    truth = None if ground_truth is None else rows_digest([ground_truth.to_frame()])
    model = model_id, _stored(model_id), spec.code_version
    return input_digest(spec.without_places(), rows_digest([table]), truth, model)


def _stored(model_id: str) -> dict[str, str]:
    """SHA-256 of each file of a logged model, read from where it would be loaded."""
    from mlflow.artifacts import download_artifacts

    with TemporaryDirectory() as folder:
        place = Path(download_artifacts(f"models:/{model_id}", dst_path=folder))
        _forget_the_place(place / MODEL_FILE)
        return hashes(place)


def _forget_the_place(description: Path) -> None:
    """MLflow's description of a model says where its files are; in a copied home, elsewhere."""
    lines = description.read_text().splitlines()
    description.write_text("\n".join(it for it in lines if not it.startswith("artifact_path:")))
