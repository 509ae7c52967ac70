"""Join the labels of a day's rows as they arrive."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.data.labels import joined, joined_context, read_labels, typed_labels
from mlops_assets.data.sources.base import rows_of_day
from mlops_assets.data.table_parts import read_day_parts
from mlops_assets.errors import UnreadableDataError
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.table_content import Content
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

if TYPE_CHECKING:
    import pandas as pd


def joinable(live: Content, spec: LifecycleSpec) -> pd.DataFrame:
    """All rows of a day with the columns that decide which label is whose, and no others."""
    import pandas as pd

    of_live = spec.of_live_rows(live.columns)
    needed = {*of_live.identity, *spec.late_columns, spec.target, spec.timestamp}
    names = [name for name in live.columns if name in needed]
    return pd.concat([*live.batches(names or live.columns[:1])])


def labels_of_day(
    live_data: pd.DataFrame, spec: LifecycleSpec, settings: Settings, day: date
) -> pd.Series:
    """The labels that have arrived so far, typed like the training target.

    Indexed by the rows of `live_data` that have one; empty if none has arrived. They are read from
    `live.labels`, or else by reading the live source again. Without `identity`, labels cannot be
    joined, so those in `live_data` are used. Raises `InputError` if a row has two labels.
    """
    spec = spec.of_live_rows(live_data)
    if spec.target is None or (not spec.is_supervised and spec.live.labels is None):
        return _none_of(live_data)
    if not spec.identity:
        return typed_labels(live_data.get(spec.target, _none_of(live_data)), spec)
    table = _label_table(spec, settings, day)
    return (
        typed_labels(_none_of(live_data), spec) if table is None else joined(live_data, table, spec)
    )


def no_labels_yet(live: Content, spec: LifecycleSpec, settings: Settings, day: date) -> bool:
    """Whether no row of the day can have a label yet, told without reading its rows."""
    spec = spec.of_live_rows(live.columns)
    if not (spec.is_supervised and spec.identity):
        return False
    try:
        table = _label_table(spec, settings, day)
    except UnreadableDataError:
        return False
    return table is None or table.empty


def labels_and_context(
    live_data: pd.DataFrame, spec: LifecycleSpec, settings: Settings, day: date
) -> tuple[pd.DataFrame, pd.Series, str]:
    """The rows with their late context, their labels, and why these cannot be read, or "".

    Labels that are damaged or cut off are as good as none; the next time they may be whole.
    """
    try:
        rows = with_late_context(live_data, spec, settings, day)
        return rows, labels_of_day(rows, spec, settings, day), ""
    except UnreadableDataError as error:
        absent = [name for name in spec.late_columns if name not in live_data]
        rows = live_data.assign(**dict.fromkeys(absent))
        return rows, typed_labels(_none_of(live_data), spec), error.seen


def with_late_context(
    live_data: pd.DataFrame, spec: LifecycleSpec, settings: Settings, day: date
) -> pd.DataFrame:
    """A day's rows with the context that becomes known with the label, missing where unknown.

    Read where the labels are, or from the rows themselves without `identity`. A task without such
    context reads nothing.
    """
    spec = spec.of_live_rows(live_data)
    absent = [name for name in spec.late_columns if name not in live_data]
    table = _label_table(spec, settings, day) if spec.late_columns and spec.identity else None
    if table is None:
        return live_data.assign(**dict.fromkeys(absent))
    return live_data.assign(**joined_context(live_data, table, spec))


def _label_table(spec: LifecycleSpec, settings: Settings, day: date) -> pd.DataFrame | None:
    """The rows of the day's labels; None if there are none yet."""
    zone = spec.schedule.timezone
    if spec.live.labels:
        return read_labels(spec.live.labels, settings, day, spec.timestamp, zone)
    again = read_day_parts(spec.live_source, settings, day, spec.timestamp, zone)
    if spec.target not in again.columns:
        return None
    needed = {*spec.identity, *spec.late_columns, spec.target}
    return again.frame([name for name in again.columns if name in needed])


def learnable_rows(
    live_data: pd.DataFrame, labels: pd.Series, spec: LifecycleSpec, day: date
) -> int:
    """The number of rows of the day that a retrain could use; supervised models need a label.

    If each day reads a whole table, only rows added that day count, or all rows without a
    `timestamp`.
    """
    if spec.is_supervised:
        return len(labels)
    if spec.live.rows == "day" or spec.timestamp is None:
        return len(live_data)
    return len(rows_of_day(live_data, day, spec.timestamp, "live_data", spec.schedule.timezone))


def _none_of(live_data: pd.DataFrame) -> pd.Series:
    return live_data.index[:0].to_series().astype(object)
