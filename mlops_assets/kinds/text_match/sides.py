"""The texts of two columns, each read once, and which of them every row has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class Sides(NamedTuple):
    """One matrix of the distinct texts of both columns, and which of them each row has."""

    matrix: csr_matrix
    left: np.ndarray  # (rows,)
    right: np.ndarray  # (rows,)

    def products(self, chosen: np.ndarray | slice = slice(None)) -> csr_matrix:
        """The product of both texts of each row, per column of the matrix."""
        return self.matrix[self.left[chosen]].multiply(self.matrix[self.right[chosen]]).tocsr()


def distinct(table: pd.DataFrame) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The different texts of both columns, and which of them each row has, left and right."""
    both = pd.concat([table.iloc[:, 0], table.iloc[:, 1]], ignore_index=True)
    codes, texts = pd.factorize(both.where(both.notna(), "").astype(str))
    return texts.tolist(), codes[: len(table)], codes[len(table) :]
