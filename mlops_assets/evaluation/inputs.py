"""What an evaluation is made of, by hash: if nothing of it has changed, its numbers have not."""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlops_assets.evaluation.packs.known import OWN
from mlops_assets.evaluation.packs.registry import packs_of
from mlops_assets.features.row_hash import row_hashes
from mlops_assets.kinds.model_files import hashes

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

PACKAGE = Path(__file__).resolve().parents[1]
FOREIGN = "functions"
"""The pack of this package that runs code of others."""


def inputs_of(
    spec: LifecycleSpec, table: pd.DataFrame, ground_truth: pd.Series | None, model_id: str
) -> str:
    """64 hex characters over all that decides what packs find; empty if that cannot be told.

    The feature table with the order of its rows, the ground truth, the files of the logged model as
    they are stored now, everything in defs.yaml, this package's code and the installed packages. A
    pack of another package may read whatever it wants, so with one it is empty.
    """
    if not {pack.type for pack in packs_of(spec)} <= {*OWN} - {FOREIGN}:
        return ""
    truth = None if ground_truth is None else _rows(ground_truth.to_frame())
    model = model_id, _stored(model_id)
    parts = [spec.model_dump_json(), spec.code_version, _rows(table), truth, model]
    return hashlib.sha256(json.dumps([*parts, _code(), _installed()]).encode()).hexdigest()


def _rows(table: pd.DataFrame) -> str:
    """Hash a table with its index: values, names, types and order."""
    columns = [table.index.to_series(), *(table[name] for name in table.columns)]
    digest = hashlib.sha256(row_hashes(columns, len(table), exact=True).tobytes())
    digest.update(repr([(it.name, str(it.dtype)) for it in columns]).encode())
    return digest.hexdigest()


def _stored(model_id: str) -> dict[str, str]:
    """SHA-256 of each file of a logged model, read from where it would be loaded."""
    from mlflow.artifacts import download_artifacts

    with TemporaryDirectory() as folder:
        return hashes(Path(download_artifacts(f"models:/{model_id}", dst_path=folder)))


@cache
def _code() -> str:
    """All files of this package but the models, as of the first call in this process."""
    digest = hashlib.sha256()
    for path in sorted(it for it in PACKAGE.rglob("*") if _is_code(it)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PACKAGE)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _is_code(path: Path) -> bool:
    within = path.relative_to(PACKAGE).parts
    return within[0] != "defs" and path.suffix != ".pyc" and path.is_file()


@cache
def _installed() -> list[str]:
    """Python's version and the names of what is installed, which have the versions."""
    folders = map(Path, filter(None, sys.path))
    return [sys.version, *sorted(it.name for place in folders for it in place.glob("*.dist-info"))]
