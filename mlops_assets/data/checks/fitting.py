"""Find the first column whose values do not fit its role, looking at one column at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from mlops_assets.data.personal_data import PersonalData
from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd


def require_fitting(
    frame: Callable[[list[str]], pd.DataFrame],
    spec: TrainingSpec,
    personal: PersonalData,
    require_context: Callable[[Dataset], None],
) -> None:
    """Raise `InputError` for the first column that does not fit, and name the first such row.

    `frame` gives all rows with some columns: a batch cannot tell how many values of the table do
    not fit, nor whether all weights are 0. `require_context` is asked about the context columns.
    """
    for columns in (spec.columns, spec.context_columns):
        for name, role in columns.roles():
            only = Columns.model_validate({role: [name]})
            _require_rows_fit(frame([name]), lambda rows, only=only: personal.typed(rows, only))
    for name in spec.context.get("weight", ()):
        weights = personal.typed(frame([name]), Columns(numeric=[name]))
        roles = {"weight": (name,)}
        Dataset(weights[[]], Columns(), context=weights, roles=roles).require_weights()
    if spec.task.context_roles:
        context = personal.typed(frame(spec.context_columns.names), spec.context_columns)
        require_context(Dataset(context[[]], Columns(), context=context, roles=spec.context_roles))


def require_target_fits(frame: Callable[[list[str]], pd.DataFrame], spec: TrainingSpec) -> None:
    """The same of the target of training rows; nothing for an unsupervised task."""
    if (target := spec.training_target) is not None:
        _require_rows_fit(frame([target]), lambda rows: spec.task.typed_target(rows[target]))


def batch_fits(
    batch: pd.DataFrame,
    spec: TrainingSpec,
    personal: PersonalData,
    require_context: Callable[[Dataset], None],
) -> bool:
    """Whether each value fits its column, as far as a batch shows it; equal ones are typed once."""
    try:
        require_fitting(partial(_distinct, batch), spec, personal, require_context)
    except InputError:
        return False
    return True


def target_fits(batch: pd.DataFrame, spec: TrainingSpec) -> bool:
    """The same of the target."""
    try:
        require_target_fits(partial(_distinct, batch), spec)
    except InputError:
        return False
    return True


def _distinct(batch: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The columns without repeated rows, where that is cheaper than looking at all."""
    rows = batch[names]
    if all(dtype.kind == "f" for dtype in rows.dtypes):
        return rows
    try:
        return rows.drop_duplicates()
    except TypeError:  # lists and the like
        return rows


def _require_rows_fit(
    rows: pd.DataFrame, typed: Callable[[pd.DataFrame], pd.DataFrame | pd.Series]
) -> None:
    try:
        typed(rows)
    except InputError as error:
        place = _first_misfit(rows, typed)
        where = "" if place is None else f"; the first is in row {place + 1:,}"
        raise InputError(
            seen=f"{error.seen}{where}", expected=error.expected, todo=error.todo
        ) from None


def _first_misfit(
    rows: pd.DataFrame, typed: Callable[[pd.DataFrame], pd.DataFrame | pd.Series]
) -> int | None:
    """The position of the first row that does not fit alone; None if only several together fail."""
    first, end = 0, len(rows)
    while end - first > 1:
        middle = (first + end) // 2
        first, end = (first, middle) if _fails(rows[first:middle], typed) else (middle, end)
    return first if _fails(rows[first:end], typed) else None


def _fails(rows: pd.DataFrame, typed: Callable[[pd.DataFrame], pd.DataFrame | pd.Series]) -> bool:
    try:
        typed(rows)
    except InputError:
        return True
    return False
