"""Labels, read from where they are and joined to the rows they belong to."""

from __future__ import annotations

import inspect
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.data.profile.column_stats import missing
from mlops_assets.data.sources.base import plain_table, rows_of_day
from mlops_assets.data.sources.checksum import is_url
from mlops_assets.data.sources.files import DAY, FileSource, absolute
from mlops_assets.data.sources.python import PythonSource, find_function
from mlops_assets.errors import InputError
from mlops_assets.features.columns import require_columns, to_categorical, to_date, typed_target
from mlops_assets.features.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.data.sources import Source
    from mlops_assets.platform.settings import Settings


def typed_labels(found: pd.Series, spec: TrainingSpec) -> pd.Series:
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


def joined(rows: pd.DataFrame, labels: pd.DataFrame, spec: TrainingSpec) -> pd.Series:
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
