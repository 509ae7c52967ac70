"""The evaluation of a linkage, from the pairs that it compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs.base import Pack
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Model, PackResult
from mlops_assets.kinds.fellegi_sunter.model import FellegiSunterModel

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class Linkage(Pack):
    """Pairwise metrics with the blocking's own, figures of the match weights, and a report."""

    type: Literal["linkage"] = "linkage"

    def evaluate(
        self, model: Model, dataset: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult:
        """Without ground truth, only what needs none."""
        from mlops_assets.kinds.fellegi_sunter import evaluation

        if not isinstance(model, FellegiSunterModel):
            raise InputError(
                seen=f"the pack linkage, and a model of the kind {spec.model.type}",
                expected="a model of the kind fellegi_sunter",
                todo="leave the pack out of `packs`",
            )
        return evaluation.evaluate(model, dataset, predictions, seed=spec.seed)
