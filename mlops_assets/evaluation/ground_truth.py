"""Find the ground truth for the rows that a model is evaluated on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.data.labels import joined
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

if TYPE_CHECKING:
    import pandas as pd


def ground_truth_of(
    rows: pd.DataFrame, spec: LifecycleSpec, settings: Settings
) -> pd.Series | None:
    """The target of rows of a feature table, missing where unknown.

    Taken from the rows themselves, or from `ground_truth:` for an unsupervised model; None if
    there is neither.
    """
    if (target := spec.training_target) is not None:
        return rows[target]
    if spec.ground_truth is None:
        return None
    return joined(rows, spec.ground_truth.read(settings), spec).reindex(rows.index)
