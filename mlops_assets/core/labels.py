"""Labels of a day's rows, joined whenever they arrive: a row without one has none yet."""

from __future__ import annotations

import inspect
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.core.column_stats import missing
from mlops_assets.core.columns import require_columns, to_categorical, to_date, typed_target
from mlops_assets.core.errors import InputError
from mlops_assets.core.sources.base import plain_table, rows_of_day
from mlops_assets.core.sources.files import DAY, FileSource, absolute, is_url
from mlops_assets.core.sources.python import PythonSource, find_function

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.core.sources import Source
    from mlops_assets.resources.settings import Settings
    from mlops_assets.spec import LifecycleSpec


def labels_of_day(
    live_data: pd.DataFrame, spec: LifecycleSpec, settings: Settings, day: date
) -> pd.Series:
    """The labels that are known by now, typed like the training target.

    Indexed by the rows of `live_data` that have one; empty where none has arrived. They come
    from `live.labels`, else from the live source read again; without `identity`, nothing can be
    joined and they are `live_data`'s own. Raises `InputError` where a row has two labels.
    """
    if spec.target is None or (not spec.is_taught and spec.live.labels is None):
        return _none_of(live_data)
    if not spec.identity:
        return typed_labels(live_data.get(spec.target, _none_of(live_data)), spec)
    zone = spec.schedule.timezone
    if spec.live.labels:
        table = read_labels(spec.live.labels, settings, day, spec.timestamp, zone)
    else:
        again = spec.live_source.read_day(settings, day, spec.timestamp, zone)
        table = again if spec.target in again else None
    return (
        typed_labels(_none_of(live_data), spec) if table is None else joined(live_data, table, spec)
    )


def learnable_rows(
    live_data: pd.DataFrame, labels: pd.Series, spec: LifecycleSpec, day: date
) -> int:
    """How many rows of the day a retrain could learn from; a label is needed where it is taught.

    Of a whole table those that came that day; all of it where no `timestamp` tells.
    """
    if spec.is_taught:
        return len(labels)
    if spec.live.rows == "day" or spec.timestamp is None:
        return len(live_data)
    return len(rows_of_day(live_data, day, spec.timestamp, "live_data", spec.schedule.timezone))


def typed_labels(found: pd.Series, spec: LifecycleSpec) -> pd.Series:
    """The labels that are there, as `typed_target` gives them. Raises `InputError`."""
    known = found[~missing(found)].infer_objects().rename(spec.target)
    return typed_target(known, spec.task)


def read_labels(
    source: Source, settings: Settings, day: date, timestamp: str | None, zone: str = "UTC"
) -> pd.DataFrame | None:
    """What the label source has for a day; None where its file of that day is not there yet.

    A source that is asked for one day gives that day; of another one the rows of that day where
    it has the column `timestamp`, else all rows: most are then of other days and join nothing.
    """
    if _not_there_yet(source, settings, day):
        return None
    if _asked_by_day(source, settings):
        return source.read_day(settings, day, timestamp, zone)
    # Not `read`, which wants a row: before the first label there is none.
    table = plain_table(source.load(settings), source.origin)
    known = timestamp in table.columns
    return rows_of_day(table, day, timestamp, source.origin, zone) if known else table


def joined(rows: pd.DataFrame, labels: pd.DataFrame, spec: LifecycleSpec) -> pd.Series:
    """The label of each row of `rows` that has one, found by the `identity` columns.

    1, 1.0 and "1" name the same row. Labels of other rows are ignored, equal ones count once.
    Raises `InputError` for a missing column, or where one row has two different labels.
    """
    import pandas as pd

    target = str(spec.target)
    require_columns(labels, [*spec.identity, target])
    keys = [_alike(rows[name], labels[name]) for name in spec.identity]
    ours = pd.DataFrame({place: left for place, (left, _) in enumerate(keys)}).dropna()
    theirs = pd.DataFrame({place: right for place, (_, right) in enumerate(keys)}).dropna()
    ours["row"], theirs["label"] = ours.index, labels[target]
    found = ours.merge(theirs, on=list(range(len(keys)))).set_index("row")["label"]
    found = typed_labels(found.sort_index(kind="stable"), spec)
    found = found[~found.reset_index().duplicated().to_numpy()]
    _require_one_each(found, spec.identity)
    return found


def truth_of_rows(rows: pd.DataFrame, spec: LifecycleSpec, settings: Settings) -> pd.Series | None:
    """The target of rows of a feature table, missing where it is not known.

    Their own, or that of `truth` for a model that learns without; None where there is no truth.
    """
    if (target := spec.training_target) is not None:
        return rows[target]
    if spec.truth is None:
        return None
    return joined(rows, spec.truth.read(settings), spec).reindex(rows.index)


def _require_one_each(found: pd.Series, identity: list[str]) -> None:
    twice = found[found.index.duplicated(keep=False)]
    if len(twice):
        row = twice.index[0]
        raise InputError(
            seen=f"{twice.index.nunique()} rows have more than one label; row {row} of the day "
            f"has {twice[row].tolist()}",
            expected=f"one label for each {identity}",
            todo="leave the right label in the label source, or name more columns in `identity`",
        )


def _none_of(live_data: pd.DataFrame) -> pd.Series:
    return live_data.index[:0].to_series().astype(object)


def _alike(left: pd.Series, right: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Both columns as text that is equal where they name the same; missing stays missing."""
    if left.dtype.kind == "M" or right.dtype.kind == "M":
        return to_date(left), to_date(right)
    return _words(left), _words(right)


def _words(values: pd.Series) -> pd.Series:
    # Long integers as they are: as floats, those above 2^53 would run together.
    if values.dtype.kind in "iu":
        return values.astype("string").astype(object)
    return to_categorical(values)


def _asked_by_day(source: Source, settings: Settings) -> bool:
    if isinstance(source, PythonSource):
        function = find_function(source.function, settings.allowed_prefixes)
        return "day" in inspect.signature(function).parameters
    return source.knows_days(None)


def _not_there_yet(source: Source, settings: Settings, day: date) -> bool:
    """Whether the file of that day is missing from its folder, as before labels arrive."""
    if not isinstance(source, FileSource) or DAY not in source.path or is_url(source.path):
        return False
    path = absolute(settings.project_root, source.path.replace(DAY, str(day)))
    return path.parent.is_dir() and not path.exists()
