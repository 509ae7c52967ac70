"""Find the clearest of all slices by one and two columns, on one half of the rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.evaluation.slices import LEAST_ROWS, Sliced, sliced_columns
from mlops_assets.features.dataset import Dataset

if TYPE_CHECKING:
    import numpy as np

MOST = 10
"""The most slices that are tested: with more, each has to be clearer to be confirmed."""
CONSIDERED = 200
OVERLAP = 0.5
"""Of two slices that share more of their rows than this, only the clearer one is tested."""


class Candidate(NamedTuple):
    """A slice that is worse where it was found."""

    name: str
    clarity: float
    """How many standard errors its mean error is above that of all rows."""
    members: np.ndarray
    """Which rows of the other half are in it, bool."""


def clearest_slices(
    dataset: Dataset, errors: np.ndarray, first: np.ndarray, second: np.ndarray
) -> tuple[list[Candidate], int]:
    """The clearest slices of the rows `first`, at most 10, and how many were looked at.

    A slice has at least 30 rows in each half; `second` are the rows of the other one, whose
    `errors` are not read.
    """
    columns = list(sliced_columns(dataset))
    levels = [_large_levels(codes, first, second) for codes, _ in columns]
    found = list(_looked_at(levels, errors[first], first))
    chosen = [
        Candidate(_name(it, levels, columns), score, _members(it, levels, second))
        for it, score in _clearest(found, levels, first, second)
    ]
    return chosen, sum(len(it.codes) for it in found)


class _Found(NamedTuple):
    """Slices by one column or a pair, on the rows they were looked for in; arrays (slices,)."""

    columns: tuple[int, ...]
    codes: np.ndarray
    clarity: np.ndarray  # standard errors above the mean of all rows


class _Levels(NamedTuple):
    """One column of which only the values that are large enough remain."""

    codes: np.ndarray  # (n,) into kept; -1 for the others
    kept: np.ndarray  # their codes in the column


def _large_levels(codes: np.ndarray, first: np.ndarray, second: np.ndarray) -> _Levels:
    """The values with enough rows in both halves; none that all rows have."""
    import numpy as np

    width = codes.max(initial=0) + 1
    halves = [np.bincount(codes[half], minlength=width) for half in (first, second)]
    large = (np.minimum(*halves) >= LEAST_ROWS) & (sum(halves) < len(codes))
    place = np.where(large, np.cumsum(large) - 1, -1)
    return _Levels(place[codes], np.flatnonzero(large))


def _looked_at(levels: list[_Levels], errors: np.ndarray, rows: np.ndarray) -> Iterator[_Found]:
    """Every slice of at least 30 of these rows, by one column and by each pair."""
    import numpy as np

    codes = [it.codes[rows] for it in levels]
    for at, it in enumerate(levels):
        yield _measured((at,), codes[at], len(it.kept), errors)
    for one, other in combinations(range(len(levels)), 2):
        width = len(levels[other].kept)
        both = np.where(codes[other] < 0, -1, codes[one] * width + codes[other])
        both = np.where(codes[one] < 0, -1, both)
        yield _measured((one, other), both, len(levels[one].kept) * width, errors)


def _measured(
    columns: tuple[int, ...], codes: np.ndarray, count: int, errors: np.ndarray
) -> _Found:
    import numpy as np

    rows = np.bincount(codes + 1, minlength=count + 1)[1:]
    sums = np.bincount(codes + 1, weights=errors, minlength=count + 1)[1:]
    large = np.flatnonzero((rows >= LEAST_ROWS) & (rows < len(errors)))
    return _Found(columns, large, clarity(sums[large], rows[large], errors))


def clarity(sums: np.ndarray, rows: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """How many standard errors the mean error of slices is above that of all rows.

    If errors were dealt out at random; 0 if all errors are equal.
    """
    import numpy as np

    error = errors.std() * (1 / rows - 1 / len(errors)) ** 0.5
    return (sums / rows - errors.mean()) / np.where(error > 0, error, np.inf)


def _clearest(
    found: list[_Found], levels: list[_Levels], first: np.ndarray, second: np.ndarray
) -> list[tuple[_Found, float]]:
    """The clearest slices that are worse than all rows, each of mostly other rows, by clarity."""
    import numpy as np

    ranked = sorted(
        (
            (float(it.clarity[at]), number, at)
            for number, it in enumerate(found)
            for at in np.argsort(-it.clarity, kind="stable")[:CONSIDERED]
            if it.clarity[at] > 0
        ),
        key=lambda it: (-it[0], it[1:]),
    )
    chosen: list[tuple[_Found, float]] = []
    masks: list[np.ndarray] = []
    for score, number, at in ranked[:CONSIDERED]:
        one = found[number]._replace(codes=found[number].codes[[at]])
        mask = _members(one, levels, first)
        overlaps = any((mask & it).sum() > OVERLAP * (mask | it).sum() for it in masks)
        if overlaps or _members(one, levels, second).sum() < LEAST_ROWS:
            continue
        chosen.append((one, score))
        masks.append(mask)
        if len(chosen) == MOST:
            break
    return chosen


def _parts(one: _Found, levels: list[_Levels]) -> list[tuple[int, int]]:
    """The column and the code, among those kept, of each part of one slice."""
    code = int(one.codes[0])
    if len(one.columns) == 1:
        return [(one.columns[0], code)]
    first, second = divmod(code, len(levels[one.columns[1]].kept))
    return [(one.columns[0], first), (one.columns[1], second)]


def _members(one: _Found, levels: list[_Levels], rows: np.ndarray) -> np.ndarray:
    """Which of these rows are in the slice."""
    import numpy as np

    return np.logical_and.reduce(
        [levels[column].codes[rows] == code for column, code in _parts(one, levels)]
    )


def _name(one: _Found, levels: list[_Levels], columns: list[Sliced]) -> str:
    names = (columns[at][1](int(levels[at].kept[code])) for at, code in _parts(one, levels))
    return " and ".join(names)
