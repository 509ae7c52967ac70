"""The rows where the model errs most, by one feature or context column."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from mlops_assets.evaluation.packs.base import LabelledPack
from mlops_assets.evaluation.slices import worst_slices
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

FILE = "slices.json"


class Slices(LabelledPack):
    """The slices of at least 30 rows that are most clearly worse than all rows."""

    type: Literal["slices"] = "slices"

    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """The document `slices.json`."""
        rows = known.with_context(spec.context_columns)
        worst = worst_slices(rows, predictions, spec.task)
        return PackResult(documents={FILE: partial(worst.to_dict, "records")})
