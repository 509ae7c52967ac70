"""SHAP values of rows, and what they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from mlops_assets.features.columns import Columns

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class Explained:
    """SHAP values of rows, in the columns of the features.

    Of a model that matches texts, the columns are the features of the pair in place of both texts.
    `values` (rows, columns) add up to `output` (rows,) minus `base` (rows,), within 1e-9: in
    probability, or in the unit of a predicted number. `explains` says which output of a row that
    is. `asked` is how many rows were to be explained; the rows here are the first of them that time
    was left for. `complete` is False if a row had fewer draws than asked for. `method` and
    `compared_with` say how, in words.
    """

    features: pd.DataFrame
    predictions: pd.DataFrame
    values: np.ndarray
    base: np.ndarray
    output: np.ndarray
    explains: tuple[str, ...]
    about: str
    asked: int
    background: int
    complete: bool
    method: str
    compared_with: str

    def __len__(self) -> int:
        return len(self.values)

    @property
    def columns(self) -> list[str]:
        """The columns, in the order of the features."""
        return list(map(str, self.features))

    def typed(self, columns: Columns) -> Columns:
        """The roles of these columns: as in `columns`, and numeric for what a model derives."""
        derived = [it for it in self.columns if it not in columns.names]
        kept = columns.without([it for it in columns.names if it not in self.columns])
        return kept.joined(Columns(numeric=derived))

    def take(self, places: Sequence[int]) -> Explained:
        """The first of the rows at these places, up to one that there was no time for."""
        at = [*takewhile(lambda it: it < len(self), places)]
        return replace(
            self,
            features=self.features.iloc[at],
            predictions=self.predictions.iloc[at],
            values=self.values[at],
            base=self.base[at],
            output=self.output[at],
            explains=tuple(self.explains[it] for it in at),
            asked=len(places),
        )
