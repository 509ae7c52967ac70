"""The estimators that `mlops-assets new` tries, and what a search varies of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION

if TYPE_CHECKING:
    from mlops_assets.kinds.sklearn.spec import SklearnSpec

ENDINGS = {CLASSIFICATION: "Classifier", REGRESSION: "Regressor"}
"""The tasks of which `mlops-assets new` writes a model, with the ending of their estimators."""
ROWS_PER_LEAF = 5_000  # so that the trees of a forest stay small, however many rows there are
MOST_BOOSTED = 20


class Candidate(NamedTuple):
    """An estimator with its parameters, and the parameters that a search would try."""

    estimator: str
    params: dict[str, Any]
    space: dict[str, list[Any]]

    @property
    def words(self) -> str:
        """The name of the class."""
        return self.estimator.rpartition(".")[2]

    def kind(self) -> SklearnSpec:
        """The kind that fits it."""
        from mlops_assets.kinds.sklearn.spec import SklearnSpec

        given = {"estimator": self.estimator, "params": self.params, "search": None}
        return SklearnSpec(type="sklearn", **given)


def candidates(task: Task, rows: int, classes: int = 0) -> list[Candidate]:
    """A random forest, a linear model and boosted trees: all do well without tuning.

    Boosting fits trees for each class, so it is left out if there are many.
    """
    ending = ENDINGS[task]
    leaf = max(2, rows // ROWS_PER_LEAF)
    known = [
        Candidate(
            f"sklearn.ensemble.RandomForest{ending}",
            {"n_estimators": 100, "min_samples_leaf": leaf},
            {"max_features": ["sqrt", 0.3, 1.0], "min_samples_leaf": [leaf, 3 * leaf, 10 * leaf]},
        ),
        _linear(task),
        Candidate(
            f"sklearn.ensemble.HistGradientBoosting{ending}",
            {"learning_rate": 0.1, "max_iter": 100},
            {
                "learning_rate": [0.03, 0.1, 0.2],
                "max_leaf_nodes": [7, 15, 31],
                "l2_regularization": [0.0, 1.0, 10.0],
            },
        ),
    ]
    return known if classes <= MOST_BOOSTED else known[:2]


def _linear(task: Task) -> Candidate:
    if task is CLASSIFICATION:
        strengths = {"C": [0.01, 0.1, 1.0, 10.0]}
        return Candidate("sklearn.linear_model.LogisticRegression", {"max_iter": 1_000}, strengths)
    return Candidate("sklearn.linear_model.Ridge", {}, {"alpha": [0.1, 1.0, 10.0, 100.0]})


def guessing(task: Task) -> Candidate:
    """What any model must beat: always the most frequent class, or the mean."""
    return Candidate(f"sklearn.dummy.Dummy{ENDINGS[task]}", {}, {})
