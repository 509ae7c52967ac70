"""Build the feature table: typed features, the target, and the training/holdout split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Task, nearest, typed_target
from mlops_assets.features.splitting import assign, row_order
from mlops_assets.features.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd


HOLDOUT = "__holdout__"


def build_feature_table(
    raw: pd.DataFrame, features: pd.DataFrame, spec: TrainingSpec
) -> pd.DataFrame:
    """Join the typed `features` of the raw rows, the target and the boolean column `HOLDOUT`.

    The table of an unsupervised model has no target and holds out no rows; it has the `identity`
    columns, on which the ground truth is joined later. Rows are ordered by their content alone,
    so that the same rows in another order yield the same model.
    """
    table, target = features.copy(deep=False), spec.training_target
    if target is None:
        table = table.assign(**{name: raw[name] for name in spec.identity}, **{HOLDOUT: False})
    else:
        table[target] = typed_target(raw[target], spec.task)
        _require_positive(table[target], spec.positive, spec.task)
        table[HOLDOUT] = assign(
            raw, spec.split, identity=spec.identity, timestamp=spec.timestamp, target=target
        )
    return table.iloc[row_order(raw, spec.identity, target)].reset_index(drop=True)


def _require_positive(target: pd.Series, positive: object, task: Task) -> None:
    """Raise `InputError` if the target has two labels and `positive` is neither."""
    labels = sorted(map(str, target.unique()))
    if task == "regression" or positive is None or len(labels) != 2:
        return
    as_number = str(int(positive)) if isinstance(positive, bool) else str(positive)
    if str(positive) not in labels and as_number not in labels:
        raise InputError(
            seen=f"the positive label {positive!r} is not among {labels}"
            f"{nearest(str(positive), labels)}",
            expected="one of the target's two labels",
            todo="correct `positive` in defs.yaml",
        )


def sides(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split a feature table into training rows and holdout rows.

    If no row is held out, both are all rows: an unsupervised model is not fitted on the ground
    truth, so it can be evaluated on any row.
    """
    held, rows = table[HOLDOUT].astype(bool), table.drop(columns=HOLDOUT)
    return (rows[~held], rows[held]) if held.any() else (rows, rows)


def features_and_target(
    rows: pd.DataFrame, spec: TrainingSpec
) -> tuple[pd.DataFrame, pd.Series | None]:
    """Select the features and the target that a kind is fitted on; no target if unsupervised."""
    target = spec.training_target
    return rows[spec.columns.names], None if target is None else rows[target]


def target_balance(table: pd.DataFrame, target: str, task: Task) -> pd.DataFrame:
    """Summarize the target per side of the split: class shares, or summary statistics."""
    side = table[HOLDOUT].map({True: "holdout", False: "training"}).astype(str)
    if task == "regression":
        return table.groupby(side)[target].describe()[["mean", "std", "min", "max"]].T.round(4)
    shares = table.groupby(side)[target].value_counts(normalize=True).unstack(0).fillna(0.0)
    shares.index = shares.index.map(str)
    return shares.round(4)
