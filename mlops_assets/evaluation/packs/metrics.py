"""The metrics of the task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mlops_assets.evaluation.packs.base import Pack
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Model, PackResult

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class Metrics(Pack):
    """The metrics of the model's task with 95 % intervals, on rows whose target is known."""

    type: Literal["metrics"] = "metrics"

    def evaluate(
        self, model: Model, dataset: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult:
        """Nothing without a target."""
        if dataset.target is None:
            return PackResult()
        known = dataset.labelled()
        rows = predictions.loc[known.features.index]
        return PackResult(spec.task.metrics(known, rows, seed=spec.seed))
