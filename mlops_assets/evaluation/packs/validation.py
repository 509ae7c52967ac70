"""The metrics of the task on three sides: training, validation and test rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import Field

from mlops_assets.evaluation.packs.base import TrainingPack, labelled_rows, require_target
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Model, PackResult, predictions_of
from mlops_assets.platform.markdown import table
from mlops_assets.platform.settings import Settings
from mlops_assets.tasks.metrics.labelled import PROBABILITY
from mlops_assets.tasks.metrics.metric import Metric, written

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

FILES = {
    "training": "metrics.json",
    "validation": "validation_metrics.json",
    "test": "test_metrics.json",
}


class Side(NamedTuple):
    """The metrics on some rows, and of which model."""

    model: str
    rows: int
    metrics: Mapping[str, Metric]


class Validation(TrainingPack):
    """Metrics of the training rows, out-of-fold on them (validation), and of the holdout (test).

    A training metric far better than the other two means overfitting. Validation and test should
    agree within their intervals: if validation is better, the split or a search let something of
    the validation rows into the fits. Each fold is predicted by a model fitted on the others; that
    takes as many more fits as there are folds, with their searches.
    """

    type: Literal["validation"] = "validation"
    folds: int = Field(
        5, ge=2, le=20, description="Number of folds; the training rows are fitted as many times."
    )

    def require(self, spec: LifecycleSpec) -> None:
        """Raise `InputError` for a model that learns no target."""
        require_target(self.type, spec)

    def evaluate(
        self,
        model: Model,
        training: Dataset,
        dataset: Dataset,
        predictions: pd.DataFrame,
        spec: LifecycleSpec,
    ) -> PackResult:
        """A document for each side, and one table of all; nothing that could be gated."""
        sides = cache(partial(self._sides, model, training, dataset, predictions, spec))
        documents = {file: partial(_document, sides, side) for side, file in FILES.items()}
        return PackResult(documents=documents, panel=lambda: {"validation": _table(sides())})

    def _sides(
        self,
        model: Model,
        training: Dataset,
        dataset: Dataset,
        predictions: pd.DataFrame,
        spec: LifecycleSpec,
    ) -> dict[str, Side]:
        known, said = labelled_rows(dataset, predictions)
        fitted = predictions_of(model, training.features)
        judged = {
            "training": ("the fitted model", training, fitted),
            "validation": (
                f"{self.folds} folds",
                training,
                out_of_fold(training, spec, self.folds),
            ),
            "test": ("the fitted model", known, said),
        }
        return {
            side: Side(who, len(rows), spec.task.metrics(rows, found, seed=spec.seed))
            for side, (who, rows, found) in judged.items()
        }


def out_of_fold(training: Dataset, spec: LifecycleSpec, folds: int) -> pd.DataFrame:
    """Predictions of the training rows, each by a model of the same kind that has not seen it.

    Rows of one identity, or of one block of time, are in one fold. A class that a fold's model has
    not seen has the probability 0. Raises `InputError` for fewer identities or blocks than folds.
    """
    import numpy as np
    import pandas as pd

    fold, prefixes = training.folds(folds), Settings.from_environment().allowed_prefixes
    parts = []
    for number in range(folds):
        rest = training.take(np.flatnonzero(fold != number))
        model = spec.model.fit(rest, spec.task, seed=spec.seed, allowed_prefixes=prefixes)
        left_out = training.features.iloc[np.flatnonzero(fold == number)]
        parts.append(predictions_of(model, left_out))
    found = pd.concat(parts).loc[training.features.index]
    unseen = {name: 0.0 for name in found if str(name).startswith(PROBABILITY)}
    return found.fillna(unseen)


def _document(sides: Callable[[], Mapping[str, Side]], name: str) -> dict[str, Any]:
    side = sides()[name]
    metrics = {metric: it.model_dump(mode="json") for metric, it in side.metrics.items()}
    return {"side": name, "predicted_by": side.model, "rows": side.rows, "metrics": metrics}


def _table(sides: Mapping[str, Side]) -> str:
    heads = [f"{name}, {side.rows:,} rows" for name, side in sides.items()]
    names = dict.fromkeys(name for side in sides.values() for name in side.metrics)
    rows = [(name, *(_cell(side.metrics.get(name)) for side in sides.values())) for name in names]
    return table(["metric", *heads], rows)


def _cell(metric: Metric | None) -> str:
    if metric is None:
        return ""
    return " ".join(written(metric.value, metric.low, metric.high)).strip()
