"""The figures of the task."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from mlops_assets.evaluation.packs.base import LabelledPack
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class Figures(LabelledPack):
    """What people look at to judge the task: a confusion matrix, residuals and the like."""

    type: Literal["figures"] = "figures"

    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """Drawn only when they are stored."""
        return PackResult(draw=partial(spec.task.figures, known, predictions))
