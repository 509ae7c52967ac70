"""The evaluation of a linkage, from the pairs that it compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs.base import Pack
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import EvaluatesLinkage, Model, PackResult

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
        if not isinstance(model, EvaluatesLinkage):
            raise InputError(
                seen=f"the pack linkage, and a model of the kind {spec.model.type}",
                expected="a model that links records",
                todo="leave the pack out of `packs`",
            )
        return model.evaluate_linkage(dataset, predictions, seed=spec.seed)
