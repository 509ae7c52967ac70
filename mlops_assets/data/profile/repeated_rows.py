"""Count rows that repeat the values of an earlier one, for tables that come in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.row_hash import row_hashes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class RepeatedRows:
    """How many rows repeat an earlier one, 8 bytes a row.

    By a hash of 64 bits, which two of ten million different rows share with a chance of 3 in a
    million.
    """

    def __init__(self) -> None:
        self._hashes: list[np.ndarray] = []

    def add(self, batch: pd.DataFrame, names: list[str]) -> None:
        """Look at the columns `names` of further rows; without any, no row repeats another."""
        if names:
            columns = [batch[name] for name in names]
            self._hashes.append(row_hashes(columns, len(batch), exact=True))

    def count(self) -> int:
        """The number of rows whose values an earlier row has."""
        import numpy as np

        if not self._hashes:
            return 0
        hashes = np.concatenate(self._hashes)
        self._hashes = [hashes]  # not twice
        hashes.sort()
        return int((hashes[1:] == hashes[:-1]).sum())
