"""How a fitted classifier decides for a label: by the greatest probability, or by a threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import ThresholdCurve

if TYPE_CHECKING:
    import numpy as np
    from sklearn.base import BaseEstimator
    from sklearn.pipeline import Pipeline


@dataclass(frozen=True)
class Decided:
    """A fitted pipeline that decides as asked, and what the fit records of it."""

    pipeline: Pipeline
    params: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    curve: ThresholdCurve | None = None


def plain_estimator(estimator: Any) -> BaseEstimator:
    """The estimator whose probabilities are compared with a threshold; itself without one."""
    if not has_threshold(estimator):
        return estimator
    return getattr(estimator, "estimator_", estimator.estimator)


def has_threshold(estimator: Any) -> bool:
    """Whether it compares the probability of its positive label with thresholds that were set."""
    from sklearn.model_selection import FixedThresholdClassifier

    from mlops_assets.kinds.sklearn.group_thresholds import GroupThresholds

    if not isinstance(estimator, FixedThresholdClassifier):
        return isinstance(estimator, GroupThresholds)
    is_probability = estimator.response_method == "predict_proba"
    return is_probability and estimator.pos_label is not None and estimator.threshold != "auto"


def decided(estimator: Any, rows: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Places in `classes_` of the labels of encoded rows with these probabilities, (rows,).

    The same as the estimator's `predict`, without computing the probabilities again.
    """
    import numpy as np

    from mlops_assets.kinds.sklearn.group_thresholds import GroupThresholds

    if isinstance(estimator, GroupThresholds):
        return estimator.codes(rows, probabilities)
    if not has_threshold(estimator):
        return probabilities.argmax(axis=1)
    positive = int(np.flatnonzero(estimator.classes_ == estimator.pos_label)[0])
    found = probabilities[:, positive] >= estimator.threshold
    return np.where(found, positive, 1 - positive)


def thresholds_of(estimator: Any) -> dict[str, float]:
    """The thresholds by group, "" for all other rows; empty if the greatest probability decides."""
    from mlops_assets.kinds.sklearn.group_thresholds import GroupThresholds

    if not has_threshold(estimator):
        return {}
    if not isinstance(estimator, GroupThresholds):
        return {"": float(estimator.threshold)}
    groups = zip(estimator.groups, estimator.thresholds, strict=True)
    return {str(name): float(it) for name, it in groups} | {"": float(estimator.threshold)}


def ending(pipeline: Pipeline, estimator: Any) -> Pipeline:
    """The same preprocessing, with this estimator."""
    from sklearn.pipeline import Pipeline

    return Pipeline([*pipeline.steps[:-1], (pipeline.steps[-1][0], estimator)])


def actual_of(dataset: Dataset, positive: Any) -> np.ndarray:
    """Which rows truly have the positive label, (rows,) bool."""
    return (dataset.known_target() == positive).to_numpy()
