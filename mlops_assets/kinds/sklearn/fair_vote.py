"""A classifier fitted by fairlearn's exponentiated gradient, kept without fairlearn.

Saved models refer to the class by its path, so moving or renaming it breaks loading. Import this
module only inside functions, because it imports scikit-learn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import has_fit_parameter

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    from fairlearn.reductions import Moment

MOMENTS = {
    "statistical_parity": "DemographicParity",
    "equal_opportunity": "TruePositiveRateParity",
}


class FairVote(ClassifierMixin, BaseEstimator):
    """The weighted mean of classifiers that a reduction found (Agarwal et al., ICML 2018).

    The reduction fits `estimator` again and again, with costs that depend on a row's group, and
    weighs the fits so that a random one of them keeps the constraint within `bound`. A random
    prediction could not be repeated, so the mean of their probabilities decides here: the
    constraint holds nearly, and evaluation shows how nearly.
    """

    def __init__(
        self,
        estimator: BaseEstimator,
        constraint: str = "statistical_parity",
        bound: float = 0.01,
        pos_label: object = 1,
    ) -> None:
        self.estimator, self.constraint = estimator, constraint
        self.bound, self.pos_label = bound, pos_label

    def fit(self, rows: np.ndarray, target: Any, *, groups: np.ndarray) -> FairVote:
        """Fit on encoded rows and the group of each, (rows,). Raises `InputError`."""
        exponentiated_gradient = _fairlearn().ExponentiatedGradient
        if not has_fit_parameter(self.estimator, "sample_weight"):
            raise InputError(
                seen=f"a reduction of {type(self.estimator).__name__}, whose fits take no weights",
                expected="an estimator with `sample_weight`, such as LogisticRegression",
                todo="choose another estimator, or `mitigation: {type: group_thresholds, …}`",
            )
        positive = (np.asarray(target) == self.pos_label).astype("int64")
        found = exponentiated_gradient(self.estimator, self._moment(), eps=self.bound)
        found.fit(rows, positive, sensitive_features=groups)
        weights = np.asarray([found.weights_[at] for at in range(len(found.predictors_))])
        kept = np.flatnonzero(weights > 0)
        self.estimators_ = [found.predictors_[at] for at in kept]
        self.weights_ = weights[kept] / weights[kept].sum()
        self.classes_ = np.unique(np.asarray(target))
        return self

    def predict_proba(self, rows: np.ndarray) -> np.ndarray:
        """The weighted mean of those of the fits, (rows, 2)."""
        each = [_positive(it, rows) for it in self.estimators_]
        mean = np.average(each, axis=0, weights=self.weights_)
        both = np.column_stack([1 - mean, mean])
        return both if self.classes_[1] == self.pos_label else both[:, ::-1]

    def predict(self, rows: np.ndarray) -> np.ndarray:
        """The more probable label, (rows,)."""
        return self.classes_[self.predict_proba(rows).argmax(axis=1)]

    def _moment(self) -> Moment:
        return getattr(_fairlearn(), MOMENTS[self.constraint])(difference_bound=self.bound)


def _positive(estimator: Any, rows: np.ndarray) -> np.ndarray:
    """The probability of the positive class; fairlearn fits a constant where all rows are alike."""
    found = estimator.predict_proba(rows)
    if found.shape[1] == 2:
        return found[:, 1]
    return np.full(len(rows), float(estimator.classes_[0]))


def _fairlearn():
    try:
        from fairlearn import reductions
    except ImportError as error:
        raise InputError(
            seen="`mitigation: {type: reduction}`, and fairlearn is not installed",
            expected="the optional dependencies `fairness`, which the fit needs",
            todo="install them: pip install 'mlops-assets[fairness]'",
        ) from error
    return reductions
