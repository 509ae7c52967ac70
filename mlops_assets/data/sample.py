"""Choose the rows that a model is fitted on from a table that comes in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import require_columns
from mlops_assets.features.row_hash import row_hashes
from mlops_assets.platform.table_content import Content, column_frame
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SALT = 0x5A17
"""Makes a hash of its own of an identity: by the split's hash, the sample would be the holdout."""


def rows_to_fit(content: Content, most: int | None, spec: TrainingSpec) -> pd.DataFrame:
    """The rows that a model is fitted and evaluated on: all, or a sample of `most` of them."""
    if most is None or content.rows <= most:
        return column_frame(content, content.columns)
    return sample_rows(content, most, spec)


def sample_rows(content: Content, rows: int, spec: TrainingSpec) -> pd.DataFrame:
    """Exactly `rows` rows of a larger table, in their order; fewer if an identity has several.

    They are those whose identity has the smallest hashes, so that they depend neither on the order
    of the rows nor on their batches, and all rows of an identity are taken or none. A row leaves
    the sample only for a new one with a smaller hash: of 1 % new rows, 1 % of the sample is new.
    Memory is that of twice the sample and a batch. Raises `InputError` if a column is missing, or
    one identity has more rows than the sample.
    """
    chosen = _Smallest(rows)
    for batch in content.batches():
        chosen.add(batch, _hashes(batch, spec))
    return chosen.found(sample_columns(content.columns, spec))


def sample_columns(columns: list[str], spec: TrainingSpec) -> list[str]:
    """The columns whose rows with one value are in the sample together, as in the split.

    Without an identity, all but the target.
    """
    target = spec.training_target
    everything = sorted(name for name in columns if name != target)
    return spec.split.apart[:1] or spec.split_columns or everything


def _hashes(batch: pd.DataFrame, spec: TrainingSpec) -> np.ndarray:
    import numpy as np
    import pandas as pd

    names = sample_columns([*batch.columns], spec)
    require_columns(batch, names)
    salt = pd.Series(np.full(len(batch), SALT))
    return row_hashes([*(batch[name] for name in names), salt], len(batch), exact=False)


class _Smallest:
    """The rows with the smallest hashes seen so far: at least `rows` of them, at most twice."""

    def __init__(self, rows: int) -> None:
        self._rows, self._count = rows, 0
        self._bound: np.uint64 | None = None
        self._kept: list[tuple[pd.DataFrame, np.ndarray]] = []

    def add(self, batch: pd.DataFrame, hashes: np.ndarray) -> None:
        """Look at further rows."""
        if self._bound is not None:
            small = hashes < self._bound
            batch, hashes = batch[small], hashes[small]
        self._kept.append((batch, hashes))
        self._count += len(batch)
        if self._count > 2 * self._rows:
            self._prune()

    def found(self, names: list[str]) -> pd.DataFrame:
        """The sample, numbered from 0."""
        import pandas as pd

        self._prune()
        table = pd.concat([batch for batch, _ in self._kept], ignore_index=True)
        if table.empty and self._bound is not None:
            raise InputError(
                seen=f"more than {self._rows} rows have one value of {names}",
                expected=f"at most {self._rows}, because they are in the sample together or not "
                "at all",
                todo="name columns in `identity` that differ between rows, or ask for more "
                "`sample.rows`",
            )
        return table

    def _prune(self) -> None:
        """Drop what cannot be in the sample: its bound is the smallest hash that is too many."""
        import numpy as np

        if self._count <= self._rows:
            return
        every = np.concatenate([hashes for _, hashes in self._kept])
        self._bound = np.partition(every, self._rows)[self._rows]
        small = [(batch, hashes, hashes < self._bound) for batch, hashes in self._kept]
        self._kept = [(batch[chosen], hashes[chosen]) for batch, hashes, chosen in small]
        self._count = sum(len(hashes) for _, hashes in self._kept)
