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

    from mlops_assets.platform.table_content import Content
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

MOST = 50
MAY_BE_RARE = ("categorical", "date", "text")


def worst_rows(
    live: Content, dataset: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
) -> pd.DataFrame:
    """Select at most 50 rows: the most confident mistakes, or the largest residuals.

    `dataset` are the rows of `live` that have a label, `predictions` theirs. Columns: row (its
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
    return table.join(_masked(live, rows, spec), rsuffix=" (feature)")


def worst_places(dataset: Dataset, predictions: pd.DataFrame, task: Task) -> np.ndarray:
    """The positions of all rows that are predicted wrong, (n,) int, the worst first."""
    shown_error = task.shown_error(dataset, predictions)
    wrong = task.row_errors(dataset, predictions).nonzero()[0]
    return wrong[(-shown_error.abs().to_numpy()[wrong]).argsort(kind="stable")]


def _masked(live: Content, rows: pd.Index, spec: LifecycleSpec) -> pd.DataFrame:
    """The identity and feature columns of `rows`, masked where needed, numbered from 0."""
    names = [*spec.personal_data.columns, *spec.shown_columns.names]
    names = [name for name in names if name in live.columns]
    chosen = _chosen(live, rows, names)
    may_be_rare = [name for name, role in spec.shown_columns.roles() if role in MAY_BE_RARE]
    counts = _counts(live, chosen[may_be_rare])
    rare = {
        name: [shown(value) for value in mask_rare(chosen[name], counts[name])]
        for name in may_be_rare
    }
    return spec.personal_data.mask(chosen).assign(**rare).reset_index(drop=True)


def _chosen(live: Content, rows: pd.Index, names: list[str]) -> pd.DataFrame:
    import pandas as pd

    parts = [batch[batch.index.isin(rows)] for batch in live.batches(names)]
    return pd.concat(parts).loc[rows, names]


def _counts(live: Content, chosen: pd.DataFrame) -> dict[str, pd.Series]:
    """How many rows have each of the chosen values, by column."""
    counts = {name: _count(chosen[name], chosen[name]) * 0 for name in chosen}
    for batch in live.batches([*chosen]):
        for name in chosen:
            counts[name] += _count(batch[name], chosen[name])
    return counts


def _count(values: pd.Series, chosen: pd.Series) -> pd.Series:
    return values.value_counts().reindex(chosen.dropna().unique(), fill_value=0)
