"""The figures of the task."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from mlops_assets.evaluation.packs.base import LabelledPack
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


FILE = "curves.json"


class Figures(LabelledPack):
    """What people look at to judge the task: a confusion matrix, residuals and the like."""

    type: Literal["figures"] = "figures"

    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """Drawn only when they are stored; the curves among them also as points."""
        return PackResult(
            draw=partial(spec.task.figures, known, predictions),
            documents={FILE: partial(_curves, spec, known, predictions)},
        )


def _curves(
    spec: LifecycleSpec, known: Dataset, predictions: pd.DataFrame
) -> dict[str, list[dict[str, Any]]]:
    found = spec.task.curves(known, predictions)
    return {name: [it._asdict() for it in curves] for name, curves in found.items()}
