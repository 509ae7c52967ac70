"""The rows where the model errs most, by one or two feature or context columns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from mlops_assets.evaluation.packs.base import LabelledPack
from mlops_assets.evaluation.slices import worst_slices
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

FILE = "slices.json"


class Slices(LabelledPack):
    """The slices of at least 30 rows that are most clearly worse than all rows.

    By one column, each with its own interval; or by one and two columns, found on one half of the
    holdout and confirmed on the other, with a correction for how many are tested.
    """

    type: Literal["slices"] = "slices"
    columns: Literal[1, 2] = Field(
        1,
        description="1: slices by single columns. 2: also by pairs, and only those that the other "
        "half of the holdout confirms are shown.",
    )

    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """The document `slices.json`."""
        rows = known.with_context(spec.described_context)
        if self.columns == 2:
            return PackResult(documents={FILE: partial(_pairs, rows, predictions, spec)})
        worst = worst_slices(rows, predictions, spec.task)
        return PackResult(documents={FILE: partial(worst.to_dict, "records")})


def _pairs(rows: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> list[dict[str, Any]]:
    from mlops_assets.evaluation.confirmed_slices import find_slices

    found = find_slices(rows, predictions, spec.task, seed=spec.seed)
    return [it.model_dump() for it in found.slices]
