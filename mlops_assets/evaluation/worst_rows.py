"""The worst-predicted rows, with identifying columns masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.data.personal_data import mask_rare
from mlops_assets.evaluation.slices import shown
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.base import Task

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

MOST = 50


def worst_rows(
    live_data: pd.DataFrame, dataset: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
) -> pd.DataFrame:
    """Select at most 50 rows: the most confident mistakes, or the largest residuals.

    `dataset` are the rows of `live_data` that have a label, `predictions` theirs. Columns: row (its
    position in the day), ground_truth, predicted, how wrong it is (see `Task.shown_error`), then
    the raw features and context. Identity and personal columns are masked, and so is a label, date
    or text that fewer than 5 rows of the day share, because a rare value could identify a person.
    """
    import pandas as pd

    shown_error = spec.task.shown_error(dataset, predictions)
    order = worst_places(dataset, predictions, spec.task)[:MOST]
    rows = predictions.index[order]
    table = pd.DataFrame({"row": rows})
    table["ground_truth"] = dataset.known_target().iloc[order].to_numpy()
    table["predicted"] = predictions["prediction"].iloc[order].to_numpy()
    table[str(shown_error.name)] = shown_error.iloc[order].to_numpy()
    return table.join(_masked(live_data, rows, spec), rsuffix=" (feature)")


def worst_places(dataset: Dataset, predictions: pd.DataFrame, task: Task) -> np.ndarray:
    """The positions of all rows that are predicted wrong, (n,) int, the worst first."""
    shown_error = task.shown_error(dataset, predictions)
    wrong = task.row_errors(dataset, predictions).nonzero()[0]
    return wrong[(-shown_error.abs().to_numpy()[wrong]).argsort(kind="stable")]


def _masked(live_data: pd.DataFrame, rows: pd.Index, spec: LifecycleSpec) -> pd.DataFrame:
    """The identity and feature columns of `rows`, masked where needed, numbered from 0."""
    table = spec.personal_data.mask(live_data.loc[rows])
    for name, role in spec.shown_columns.roles():
        if role not in ("numeric", "boolean"):
            table[name] = [shown(value) for value in mask_rare(live_data[name], rows)]
    names = [*spec.personal_data.columns, *spec.shown_columns.names]
    return table[[name for name in names if name in table]].reset_index(drop=True)
