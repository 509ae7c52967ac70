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

if TYPE_CHECKING:
    import pandas as pd

PACKAGE = Path(__file__).resolve().parents[1]


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
    """All files of this package but the models, as of the first call in this process.

    What Python compiles comes and goes, also under names that end in a number.
    """
    digest = hashlib.sha256()
    for path in sorted(it for it in PACKAGE.rglob("*") if _is_code(it)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PACKAGE)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _is_code(path: Path) -> bool:
    within = path.relative_to(PACKAGE).parts
    return within[0] != "defs" and "__pycache__" not in within and path.is_file()


@cache
def _installed() -> list[str]:
    """Python's version, and the names of what is installed, which have the versions."""
    folders = map(Path, filter(None, sys.path))
    return [sys.version, *sorted(it.name for place in folders for it in place.glob("*.dist-info"))]
