"""Fit the estimator of a pipeline again so that groups are treated alike."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.labels import label_texts
from mlops_assets.kinds.sklearn.decision import Decided, actual_of, ending
from mlops_assets.kinds.sklearn.decision_params import ReductionChoice

if TYPE_CHECKING:
    import numpy as np
    from sklearn.pipeline import Pipeline

MISSING, OTHERS = "missing", "others"
FEWEST = 30
"""Rows of a group; those of smaller ones are one group."""


def reduced(
    pipeline: Pipeline, mitigation: ReductionChoice, dataset: Dataset, positive: Any
) -> Decided:
    """The pipeline with its estimator fitted by the reduction. Raises `InputError`."""
    from sklearn.base import clone

    from mlops_assets.kinds.sklearn.fair_vote import FairVote

    groups = _groups_of(mitigation, dataset, positive)
    rows = dataset.features.loc[:, dataset.columns.names]
    vote = FairVote(clone(pipeline[-1]), mitigation.constraint, mitigation.bound, positive)
    vote.fit(pipeline[:-1].transform(rows), dataset.known_target(), groups=groups)
    fits = {"mitigation": mitigation.type, "mitigation_fits": len(vote.estimators_)}
    return Decided(ending(pipeline, vote), fits | {"fairlearn": version("fairlearn")})


def _groups_of(mitigation: ReductionChoice, dataset: Dataset, positive: Any) -> np.ndarray:
    """The group of each row, (rows,) text; small groups are one. Raises `InputError` if one is all.

    A group is small if fewer than 30 of its rows count for the constraint.
    """
    there = dataset.context if mitigation.column in dataset.context else dataset.features
    labels = label_texts(there[mitigation.column]).fillna(MISSING).astype(str)
    is_parity = mitigation.constraint == "statistical_parity"
    counted = labels if is_parity else labels[actual_of(dataset, positive)]
    sizes = counted.value_counts()
    judged = labels.map(sizes).fillna(0) >= FEWEST
    if labels[judged].nunique() < 2:
        raise InputError(
            seen=f"{labels[judged].nunique()} groups of {mitigation.column!r} with at least "
            f"{FEWEST} rows that count for {mitigation.constraint}",
            expected="at least two",
            todo="train on more rows, or on a column with larger groups",
        )
    few = int(counted.map(sizes).lt(FEWEST).sum())
    rest = OTHERS if few >= FEWEST else str(counted.value_counts().index[0])
    return labels.where(judged, rest).to_numpy()
