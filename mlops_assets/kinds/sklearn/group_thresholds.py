"""A classifier that predicts with another threshold in each group.

Saved models refer to the class by its path, so moving or renaming it breaks loading. Import this
module only inside functions, because it imports scikit-learn.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone


class GroupThresholds(ClassifierMixin, BaseEstimator):
    """Predicts `pos_label` from a probability on that depends on the group of the row.

    The group is read from the encoded features: `start` to `end` are the columns of one encoded
    feature, one for each of `thresholds`, or a single one that is 0 or 1. A row that has none of
    the labels is decided by `threshold`. Probabilities are those of `estimator`. `groups` names
    what each threshold is for.
    """

    def __init__(
        self,
        estimator: BaseEstimator,
        pos_label: object = 1,
        start: int = 0,
        end: int = 1,
        thresholds: Sequence[float] = (),
        threshold: float = 0.5,
        groups: Sequence[str] = (),
    ) -> None:
        self.estimator = estimator
        self.pos_label = pos_label
        self.start, self.end = start, end
        self.thresholds, self.threshold = thresholds, threshold
        self.groups = groups

    def __sklearn_is_fitted__(self) -> bool:
        """As fitted as its estimator, like scikit-learn's FixedThresholdClassifier."""
        return hasattr(self.estimator, "classes_")

    def fit(self, rows: np.ndarray, target: object) -> GroupThresholds:
        """Fit the estimator; the thresholds stay."""
        self.estimator = clone(self.estimator).fit(rows, target)
        return self

    @property
    def classes_(self) -> np.ndarray:
        """The two labels, (2,)."""
        return self.estimator.classes_

    def predict_proba(self, rows: np.ndarray) -> np.ndarray:
        """Of the estimator, (rows, 2)."""
        return self.estimator.predict_proba(rows)

    def predict(self, rows: np.ndarray) -> np.ndarray:
        """Labels, (rows,)."""
        return self.classes_[self.codes(rows, self.predict_proba(rows))]

    def codes(self, rows: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
        """Places in `classes_` of the labels of encoded rows with these probabilities, (rows,)."""
        positive = int(np.flatnonzero(self.classes_ == self.pos_label)[0])
        found = probabilities[:, positive] >= self.threshold_of(rows)
        return np.where(found, positive, 1 - positive)

    def threshold_of(self, rows: np.ndarray) -> np.ndarray:
        """The threshold of each encoded row, (rows,)."""
        group = group_codes(np.asarray(rows)[:, self.start : self.end])
        return np.array([*self.thresholds, self.threshold])[group]  # -1 is the last


def group_codes(encoded: np.ndarray) -> np.ndarray:
    """The group of each row by the encoded columns of one feature, (rows,); -1 for none.

    A single column is 0 or 1, which are two groups.
    """
    if encoded.shape[1] == 1:
        return (encoded[:, 0] > 0.5).astype("int64")
    return np.where(encoded.any(axis=1), encoded.argmax(axis=1), -1)
