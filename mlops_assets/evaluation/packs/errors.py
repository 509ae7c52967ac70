"""The worst mistakes of the holdout, and what they have in common."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Literal

from mlops_assets.evaluation.confirmed_slices import find_slices
from mlops_assets.evaluation.error_page import error_page, error_table
from mlops_assets.evaluation.packs.base import LabelledPack
from mlops_assets.evaluation.worst_rows import worst_rows
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult
from mlops_assets.platform.table_content import InMemory
from mlops_assets.tasks.base import require_rows

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class Errors(LabelledPack):
    """The page `error_analysis.html`: error patterns, confirmed slices, and the worst mistakes.

    The slices are by one and two columns, as in the pack slices. In the rows shown, identity and
    personal columns are masked, and so is a label or date that fewer than 5 rows share.
    """

    type: Literal["errors"] = "errors"

    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """The page, and the patterns for the panel; no metrics."""
        require_rows(known, predictions)
        rows = known.with_context(spec.described_context)
        patterns = cache(partial(spec.task.error_patterns, known, predictions))
        found = cache(partial(find_slices, rows, predictions, spec.task, seed=spec.seed))
        return PackResult(
            documents={
                "error_analysis.html": lambda: error_page(
                    spec,
                    patterns(),
                    found(),
                    worst_rows(InMemory(rows.features), known, predictions, spec),
                    spec.task.row_errors(known, predictions),
                )
            },
            panel=lambda: {"errors": error_table(patterns(), found())},
        )
