"""The worst-predicted rows, with identifying columns masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.data.personal_data import mask_rare
from mlops_assets.evaluation.slices import row_errors, shown
from mlops_assets.tasks.metrics.labelled import PROBABILITY

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

MOST = 50


def worst_rows(
    live_data: pd.DataFrame, predictions: pd.DataFrame, ground_truth: pd.Series, spec: LifecycleSpec
) -> pd.DataFrame:
    """Select at most 50 rows: the most confident mistakes, or the largest residuals.

    `ground_truth` is indexed by the rows of the other two tables that have a label. Columns: row
    (its position in the day), ground_truth, predicted, the predicted probability (NaN without
    probabilities) or the residual (ground truth - predicted), then the raw features. Identity and
    personal columns are masked, and so is a label, date or text that fewer than 5 rows of the day
    share, because a rare value could identify a person.
    """
    import pandas as pd

    predicted = predictions.loc[ground_truth.index]
    errors = row_errors(ground_truth, predicted, spec.task)
    severity = errors if spec.task == "regression" else confidence(predicted)
    wrong = errors.nonzero()[0]
    order = wrong[(-severity[wrong]).argsort(kind="stable")][:MOST]
    rows = ground_truth.index[order]
    table = pd.DataFrame({"row": rows, "ground_truth": ground_truth.iloc[order].to_numpy()})
    table["predicted"] = predicted["prediction"].iloc[order].to_numpy()
    if spec.task == "regression":
        table["residual"] = table["ground_truth"] - table["predicted"]
    else:
        table["probability"] = severity[order]
    return table.join(_masked(live_data, rows, spec), rsuffix=" (feature)")


def confidence(predictions: pd.DataFrame) -> np.ndarray:
    """The probability of the predicted label, (n,): the highest; NaN without probabilities."""
    import numpy as np

    names = [str(name) for name in predictions.columns if str(name).startswith(PROBABILITY)]
    if not names:
        return np.full(len(predictions), np.nan)
    return predictions[names].to_numpy("float64").max(axis=1)


def _masked(live_data: pd.DataFrame, rows: pd.Index, spec: LifecycleSpec) -> pd.DataFrame:
    """The identity and feature columns of `rows`, masked where needed, numbered from 0."""
    table = spec.personal_data.mask(live_data.loc[rows])
    for name, role in spec.shown_columns.roles():
        if role not in ("numeric", "boolean"):
            table[name] = [shown(value) for value in mask_rare(live_data[name], rows)]
    names = [*spec.personal_data.columns, *spec.shown_columns.names]
    return table[[name for name in names if name in table]].reset_index(drop=True)
