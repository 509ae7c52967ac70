"""The version of some rows: a hash over all of them, whatever their order and their batches."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from mlops_assets.features.row_hash import row_hashes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

EMPTY = "empty"
"""The kind of a column without values."""


def dataset_version(table: pd.DataFrame) -> str:
    """16 hex characters over all rows, independent of the order of rows and columns.

    It changes with any value, column name or kind of column (integer, float, text, …).
    """
    version = DatasetVersion()
    version.add(table)
    return version.digest()


class DatasetVersion:
    """The same of rows that come in batches, 8 bytes a row.

    All batches have the same columns with the same dtypes.
    """

    def __init__(self) -> None:
        self._kinds: dict[str, set[str]] = {}
        self._hashes: list[np.ndarray] = []

    def add(self, batch: pd.DataFrame) -> None:
        """Add rows."""
        places = sorted(range(batch.shape[1]), key=lambda place: str(batch.columns[place]))
        columns = [batch.iloc[:, place] for place in places]
        for values in columns:
            self._kinds.setdefault(str(values.name), set()).add(kind_of(values))
        self._hashes.append(row_hashes(columns, len(batch), exact=True))

    def digest(self) -> str:
        """The version of all rows that were added."""
        import numpy as np

        hashes = np.concatenate(self._hashes)
        self._hashes = [hashes]  # not twice
        hashes.sort()
        header = [len(hashes), *((name, _one_of(kinds)) for name, kinds in self._kinds.items())]
        digest = hashlib.sha256(json.dumps(header).encode())
        digest.update(hashes.astype("<u8", copy=False).data)
        return digest.hexdigest()[:16]


def kind_of(values: pd.Series) -> str:
    """The kind of values in a column: dtypes of one kind differ only in width or engine."""
    import pandas as pd

    word = pd.api.types.infer_dtype(values, skipna=True)
    if word == "categorical":
        return kind_of(values.astype(values.cat.categories.dtype))
    return "datetime" if word == "datetime64" else word


def _one_of(kinds: set[str]) -> str:
    """The kind of a column whose batches have these kinds."""
    found = kinds - {EMPTY} or {EMPTY}
    if len(found) > 1:
        raise ValueError(f"the batches of a column are of several kinds: {sorted(found)}")
    return found.pop()
