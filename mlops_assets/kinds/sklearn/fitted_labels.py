"""Spell the labels of rows as the version that predicts them was fitted.

A version of release 0.1 was fitted on labels as pandas guessed them: `01234` as `1234` if its file
had no letter in that column, and `?` as missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_assets.features.labels import label_texts, spelt_like

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline


def as_fitted(model: Pipeline, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the labels of each categorical column as the version knows them.

    Nothing changes for a version that was fitted on labels as they stand, or has other
    preprocessing than ours.
    """
    known = {name: labels for name, labels in _categories(model) if name in rows}
    spelt = {name: spelt_like(label_texts(rows[name]), known[name]) for name in known}
    return rows.assign(**spelt) if spelt else rows


def knows_older_labels(model: Pipeline) -> bool:
    """Whether the version was fitted on labels as release 0.1 spelt them."""
    return any(True for _ in _categories(model))


def _categories(model: Pipeline) -> Iterator[tuple[str, frozenset[str]]]:
    """The labels that each categorical column of an older version had in training."""
    from mlops_assets.kinds.sklearn.transformers import MissingLabel

    for _, step, names in getattr(model[0], "transformers_", ()):
        first = step[0] if hasattr(step, "steps") else None
        if isinstance(first, MissingLabel) and not getattr(first, "as_it_stands_", False):
            for name, labels in zip(names, step[1].categories_, strict=True):
                yield str(name), frozenset(map(str, labels))
