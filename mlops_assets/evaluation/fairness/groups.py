"""The groups of people that a sensitive column divides the rows into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from mlops_assets.data.personal_data import SHARED_BY
from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest, to_numeric

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MISSING = "missing"
RARE = f"others, fewer than {SHARED_BY} rows each"


@dataclass(frozen=True)
class Groups:
    """The group of each row by one column, the largest group first."""

    column: str
    names: tuple[str, ...]
    codes: np.ndarray  # (n,) int64 into names
    reference: int  # code of the group that the others are compared with

    def sizes(self) -> np.ndarray:
        """The rows of each group, (groups,)."""
        import numpy as np

        return np.bincount(self.codes, minlength=len(self.names))


def groups_of(
    values: pd.Series, *, reference: str | None = None, bands: Sequence[float] = ()
) -> Groups:
    """The groups of a sensitive column: one per label, or per band of numbers.

    A missing value is a group of its own. Groups of fewer than 5 rows are one together, because a
    rare label could identify a person. The reference is the largest group, unless named. Raises
    `InputError` if it is named and not there, or if bands are cut from values that are no numbers.
    """
    labels = (_banded(values, bands) if bands else values).fillna(MISSING)
    labels = labels.where(labels.map(labels.value_counts()) >= SHARED_BY, RARE)
    counts = labels.value_counts()
    names = tuple(sorted(counts.index, key=lambda name: (-counts[name], name)))
    code = {name: at for at, name in enumerate(names)}
    if reference is not None and reference not in code:
        raise InputError(
            seen=f"the reference group {reference!r} of {values.name!r} is not among "
            f"{list(names[:20])}{nearest(reference, list(names))}",
            expected="a group with rows in the holdout",
            todo="correct `reference` of the pack fairness, or leave it out: the largest is taken",
        )
    codes = labels.map(code).to_numpy("int64")
    return Groups(str(values.name), names, codes, code[reference] if reference else 0)


def _banded(values: pd.Series, bands: Sequence[float]) -> pd.Series:
    """The band of each number as text, such as `30 to < 45`; NaN where missing."""
    import numpy as np
    import pandas as pd

    edges = sorted(bands)
    inner = [f"{low:g} to < {high:g}" for low, high in pairwise(edges)]
    names = np.array([f"< {edges[0]:g}", *inner, f"≥ {edges[-1]:g}"], dtype=object)
    numbers = to_numeric(values)
    found = names[np.searchsorted(edges, numbers, side="right").clip(max=len(edges))]
    return pd.Series(found, values.index, name=values.name).where(numbers.notna())
