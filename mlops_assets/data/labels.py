"""Read labels and join them to their rows."""

from __future__ import annotations

import inspect
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.data.profile.column_stats import missing
from mlops_assets.data.sources.base import rows_of_day
from mlops_assets.data.sources.checksum import is_url
from mlops_assets.data.sources.files import DAY, FileSource, absolute
from mlops_assets.data.sources.python import PythonSource, find_function
from mlops_assets.errors import InputError
from mlops_assets.features.columns import require_columns, to_categorical
from mlops_assets.features.dates import to_date
from mlops_assets.features.labels import spelt_like
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.data.sources.registry import Source
    from mlops_assets.platform.settings import Settings


def typed_labels(found: pd.Series, spec: TrainingSpec) -> pd.Series:
    """The labels that are not missing, typed as the task has them. Raises `InputError`."""
    present = found[~missing(found)].infer_objects().rename(spec.target)
    typed = spec.task.typed_target(present)
    return typed[typed.notna()]


def read_labels(
    source: Source, settings: Settings, day: date, timestamp: str | None, zone: str = "UTC"
) -> pd.DataFrame | None:
    """The rows of the label source for a day; None if its file for that day does not exist yet.

    A source that can be read by day is read for that day. From another source, the rows of that day
    are selected by the column `timestamp`; without it, all rows are returned, and those of other
    days will not join.
    """
    if _not_there_yet(source, settings, day):
        return None
    if _asked_by_day(source, settings):
        return source.read_day(settings, day, timestamp, zone)
    # Not `read`, which requires a row: before the first label there is none.
    table = source.read_current(settings)
    has_time = timestamp in table.columns
    return rows_of_day(table, day, timestamp, source.origin, zone) if has_time else table


def joined(rows: pd.DataFrame, labels: pd.DataFrame, spec: TrainingSpec) -> pd.Series:
    """The label of each row of `rows` that has one, joined on the `identity` columns.

    1, 1.0 and "1" identify the same row. Labels of other rows are ignored, and equal ones count
    once. Raises `InputError` for a missing column, or if a row has two different labels.
    """
    found = typed_labels(_matched(rows, labels, spec.identity, str(spec.target)), spec)
    found = found[~found.reset_index().duplicated().to_numpy()]
    _require_one_each(found, spec.identity)
    return found


def joined_context(rows: pd.DataFrame, labels: pd.DataFrame, spec: TrainingSpec) -> pd.DataFrame:
    """The context of each row of `rows` that becomes known with its label, missing where unknown.

    Indexed like `rows`; raises like `joined`.
    """
    known = {}
    for name in spec.late_columns:
        found = _matched(rows, labels, spec.identity, name).dropna()
        found = found[~found.reset_index().astype(str).duplicated().to_numpy()]
        _require_one_each(found, spec.identity)
        known[name] = found.reindex(rows.index)
    return rows[[]].assign(**known)


def _matched(
    rows: pd.DataFrame, labels: pd.DataFrame, identity: list[str], column: str
) -> pd.Series:
    """The values of a column of `labels`, indexed by the rows with their identity, in order."""
    import pandas as pd

    require_columns(labels, [*identity, column])
    keys = [_alike(rows[name], labels[name]) for name in identity]
    ours = pd.DataFrame({place: left for place, (left, _) in enumerate(keys)}).dropna()
    theirs = pd.DataFrame({place: right for place, (_, right) in enumerate(keys)}).dropna()
    ours["row"], theirs["label"] = ours.index, labels[column]
    found = ours.merge(theirs, on=list(range(len(keys)))).set_index("row")["label"]
    return found.sort_index(kind="stable")


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
    """Both columns in a common type, so that equal keys compare equal; missing stays missing.

    Where one side has numbers, as the days of release 0.1 have for `001`, they decide the spelling.
    """
    if left.dtype.kind == "M" or right.dtype.kind == "M":
        return to_date(left), to_date(right)
    ours, theirs = to_categorical(left), to_categorical(right)
    if left.dtype.kind in "iuf" and right.dtype.kind not in "iuf":
        return ours, spelt_like(theirs, ours.dropna().unique())
    if right.dtype.kind in "iuf" and left.dtype.kind not in "iuf":
        return spelt_like(ours, theirs.dropna().unique()), theirs
    return ours, theirs


def _asked_by_day(source: Source, settings: Settings) -> bool:
    if isinstance(source, PythonSource):
        function = find_function(source.function, settings)
        return "day" in inspect.signature(function).parameters
    return source.knows_days(None)


def _not_there_yet(source: Source, settings: Settings, day: date) -> bool:
    """Whether the file of that day is missing from its folder, as it is before labels arrive."""
    if not isinstance(source, FileSource) or DAY not in source.path or is_url(source.path):
        return False
    path = absolute(settings.project_root, source.path.replace(DAY, str(day)))
    return path.parent.is_dir() and not path.exists()
