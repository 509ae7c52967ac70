"""Hash all that decides a result: as long as it is the same, so is the result."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_assets.features.row_hash import row_hashes
from mlops_assets.platform.package_code import code_files, files_digest

if TYPE_CHECKING:
    import pandas as pd


def input_digest(*inputs: Any) -> str:
    """64 hex characters over JSON values, this package's code and the installed packages."""
    return hashlib.sha256(json.dumps([*inputs, _code(), _installed()]).encode()).hexdigest()


def rows_digest(batches: Iterable[pd.DataFrame]) -> str:
    """64 hex characters over a table in batches: values, index, names and types, in their order."""
    digest = hashlib.sha256()
    for batch in batches:
        columns = [batch.index.to_series(), *(batch[name] for name in batch.columns)]
        digest.update(repr([(it.name, str(it.dtype)) for it in columns]).encode())
        digest.update(row_hashes(columns, len(batch), exact=True).tobytes())
    return digest.hexdigest()


@cache
def _code() -> str:
    """All files of this package but the models, as of the first call in this process."""
    return files_digest(code_files())


@cache
def _installed() -> list[str]:
    """Python's version, and the names of what is installed, which have the versions."""
    folders = map(Path, filter(None, sys.path))
    return [sys.version, *sorted(it.name for place in folders for it in place.glob("*.dist-info"))]
