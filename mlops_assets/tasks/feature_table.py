"""Build the feature table: typed features, target and context, and the training/holdout split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.dates import to_date
from mlops_assets.features.splitting import groups, held_out, left_out, row_order
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd


HOLDOUT = "__holdout__"
GROUP = "__group__"
"""What the split keeps together; tables of earlier versions, and of no target, have none."""
TIME = "__time__"
"""The time of a row in UTC, of a table with a `timestamp`; tables of earlier versions have none."""
CONTEXT = "__context__"
"""Prefix of the names of context columns, where a feature may be one too."""


def build_feature_table(raw: pd.DataFrame, dataset: Dataset, spec: TrainingSpec) -> pd.DataFrame:
    """The typed features, target and context of the raw rows, and `HOLDOUT` (bool) and `GROUP`.

    With a `timestamp`, `TIME` says when a row was seen. The table of an unsupervised model has no
    target and holds out no rows; it has the `identity` columns, on which the ground truth is joined
    later. Rows that share with the holdout what is kept apart are not in it (see `left_out`). Rows
    are ordered by their content alone, so that the same rows in another order yield the same model.
    """
    import pandas as pd

    table, target = _typed_table(raw, dataset, spec), spec.training_target
    held = False if target is None else held_out(table[GROUP], spec.split, spec.timestamp)
    table[HOLDOUT] = held
    if target is not None:
        kept = ~left_out(raw, table[HOLDOUT], spec.split).to_numpy()
        if not kept.all():
            table, raw = table[kept], raw[kept]
    ordered = table.iloc[row_order(raw, spec.identity, target)]
    ordered.index = pd.RangeIndex(len(ordered))
    return ordered


def table_to_judge(raw: pd.DataFrame, dataset: Dataset, spec: TrainingSpec) -> pd.DataFrame:
    """The same of rows that a model is only judged on: all are held out, if there is a target."""
    return _typed_table(raw, dataset, spec).assign(**{HOLDOUT: spec.is_supervised})


def _typed_table(raw: pd.DataFrame, dataset: Dataset, spec: TrainingSpec) -> pd.DataFrame:
    import pandas as pd

    # Columns that are added do not change the dataset, whose columns need not be copied.
    context = dataset.context.add_prefix(CONTEXT)
    table = pd.concat([dataset.features, context], axis="columns", copy=False)
    if spec.timestamp:
        table[TIME] = to_date(raw[spec.timestamp])
    target = spec.training_target
    if target is None:
        return table.assign(**{name: raw[name] for name in spec.identity})
    table[target] = spec.task.typed_target(raw[target])
    spec.task.require_positive(table[target], spec.positive)
    table[GROUP] = groups(
        raw, spec.split, identity=spec.split_columns, timestamp=spec.timestamp, target=target
    )
    return table


def sides(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split a feature table into training rows and holdout rows.

    If no row is held out, both are all rows: an unsupervised model is not fitted on the ground
    truth, so it can be evaluated on any row.
    """
    return side(table, held_out=False), side(table, held_out=True)


def side(table: pd.DataFrame, *, held_out: bool) -> pd.DataFrame:
    """One of `sides`, without a copy of the other."""
    held = table[HOLDOUT].astype(bool)
    rows = table[held == held_out] if held.any() else table
    return rows.drop(columns=HOLDOUT)


def dataset_of(rows: pd.DataFrame, spec: TrainingSpec) -> Dataset:
    """Rows of a feature table as a model sees them; without a target if unsupervised.

    Raises `InputError` if defs.yaml has got a column since the table was built.
    """
    target = spec.training_target
    _require_built(rows, spec.columns.names if target is None else [*spec.columns.names, target])
    return Dataset(
        features=rows[spec.columns.names],
        columns=spec.columns,
        target=None if target is None else rows[target],
        context=context_of(rows, spec)[0],
        roles=spec.context_roles,
        positive=spec.positive,
        groups=rows.get(GROUP),
    )


def context_of(table: pd.DataFrame, spec: TrainingSpec) -> tuple[pd.DataFrame, Columns]:
    """The context columns of a feature table, with the types of their values.

    Raises `InputError` like `dataset_of`.
    """
    columns = spec.context_columns
    names = [f"{CONTEXT}{name}" for name in columns.names]
    _require_built(table, names)
    return table[names].set_axis(columns.names, axis=1), columns


def _require_built(table: pd.DataFrame, names: list[str]) -> None:
    """Raise `InputError` unless the feature table has these columns."""
    if missing := [name.removeprefix(CONTEXT) for name in names if name not in table]:
        raise InputError(
            seen=f"the feature table has no {missing}: it was built before defs.yaml named them",
            expected="every feature, the target and every context column of defs.yaml",
            todo="materialize features again",
        )


def target_summary(table: pd.DataFrame, spec: TrainingSpec) -> pd.DataFrame:
    """The distribution of the target on each side of the split."""
    side = table[HOLDOUT].map({True: "holdout", False: "training"}).astype(str)
    return spec.task.target_summary(dataset_of(table, spec), side)
