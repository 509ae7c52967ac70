"""The metrics of the task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mlops_assets.evaluation.packs.base import LabelledPack
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class Metrics(LabelledPack):
    """The metrics of the model's task with 95 % intervals, on rows whose target is known."""

    type: Literal["metrics"] = "metrics"

    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """The metrics with their intervals."""
        return PackResult(spec.task.metrics(known, predictions, seed=spec.seed))
