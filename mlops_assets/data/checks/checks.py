"""Checks that a raw table must pass before a model is fitted on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mlops_assets.claims import Claim, require
from mlops_assets.data.personal_data import NOTHING_PERSONAL, PersonalData
from mlops_assets.data.profile import column_stats
from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, nearest, require_columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_SHOWN = 20

__all__ = [
    "Claim",
    "columns_fit_their_roles",
    "has_enough_rows",
    "has_expected_columns",
    "no_empty_column",
    "no_missing_target",
    "no_repeated_identity",
    "none_is_empty",
    "none_is_repeated",
    "not_judged",
    "not_needed",
    "require",
    "target_varies",
]


def not_judged(names: Iterable[str], because: str) -> list[Claim]:
    """Claims that fail because the earlier claim `because` failed."""
    return [
        Claim(
            name=name,
            passed=False,
            observed=f"not judged, because {because} failed",
            bound=f"{because} holds",
            todo=f"see {because}",
        )
        for name in names
    ]


def not_needed(names: Iterable[str], because: str) -> list[Claim]:
    """Claims that pass because they do not apply."""
    return [
        Claim(name=name, passed=True, observed=because, bound="does not apply", todo="")
        for name in names
    ]


def has_expected_columns(table: pd.DataFrame, spec: TrainingSpec) -> Claim:
    """The target, if there is one, and every feature and context column are present once."""
    present, target = list(map(str, table.columns)), spec.training_target
    expected = [*([target] if target else []), *spec.needed_columns]
    lacking = [name for name in expected if name not in present]
    twice = sorted({name for name in present if present.count(name) > 1})
    hints = [f"{name!r}{nearest(name, present)}" for name in lacking]
    problems = [f"no column {', '.join(hints)} among {present[:MOST_SHOWN]}"] if lacking else []
    problems += [f"{twice} more than once"] if twice else []
    return Claim(
        name="has_expected_columns",
        passed=not problems,
        observed=" and ".join(problems) or f"all {len(expected)} named columns are present",
        bound=f"each of {expected} once",
        todo="correct the names in defs.yaml, or the columns of the source",
    )


def has_enough_rows(rows: int, minimum: int) -> Claim:
    """There are at least `minimum` rows."""
    return Claim(
        name="has_enough_rows",
        passed=rows >= minimum,
        observed=f"{rows} rows",
        bound=f"at least {minimum} rows",
        todo="check the source and its window, or lower `minimum_rows`",
    )


def no_missing_target(table: pd.DataFrame, target: str, task: Task) -> Claim:
    """Every row has a target."""
    require_columns(table, [target])
    gaps = int(_missing_target(table[target], task).sum())
    return Claim(
        name="no_missing_target",
        passed=gaps == 0,
        observed=f"{gaps} of {len(table)} rows have no {target!r}",
        bound=f"a {target!r} in every row",
        todo="drop rows without a target in the source; they belong to live data",
    )


def _missing_target(values: pd.Series, task: Task) -> np.ndarray:
    name = str(values.name)
    ((_, role),) = task.target_columns(name).roles()
    return column_stats.missing(values, role)


def target_varies(table: pd.DataFrame, target: str, task: Task) -> Claim:
    """The target has repeated classes, or a number that is not constant."""
    require_columns(table, [target])
    known = table[target][~_missing_target(table[target], task)]
    distinct = known.astype(str).unique()
    shown = f": {sorted(distinct)}" if len(distinct) <= 5 else f" in {len(known)} rows"
    most = task.most_classes(len(known))
    return Claim(
        name="target_varies",
        passed=len(distinct) >= 2 and (most is None or len(distinct) <= most),
        observed=f"{len(distinct)} {'classes' if most else 'values'} of {target!r}{shown}",
        bound=f"2 to {most} classes" if most else "at least 2 values",
        todo="check the name of the target and the filter of the source; a numeric target with "
        "many values needs `task: regression`",
    )


def no_empty_column(table: pd.DataFrame, columns: Columns) -> Claim:
    """No feature column is entirely missing."""
    shares = column_stats.missing_shares(table, columns)
    return none_is_empty(list(shares.index[shares == 1]))


def none_is_empty(empty: list[str]) -> Claim:
    """The same, given the columns that are."""
    return Claim(
        name="no_empty_column",
        passed=not empty,
        observed=f"only missing values in {empty}" if empty else "no empty column",
        bound="a value in every feature column",
        todo="fix the source, or leave the column out of `columns`",
    )


def columns_fit_their_roles(
    table: pd.DataFrame,
    spec: TrainingSpec,
    personal: PersonalData = NOTHING_PERSONAL,
    require: Callable[[Dataset], None] | None = None,
) -> Claim:
    """Numeric columns contain numbers, dates contain dates, and the target fits the task.

    The values of `personal` columns are not shown. `require` raises `InputError` for context that
    the task or the kind of model cannot use; by default the task is asked.
    """
    name, target = "columns_fit_their_roles", spec.training_target
    also = " and the target" if target else ""
    try:
        (require or spec.task.require_context)(personal.dataset(table, spec))
        if target is not None:
            spec.task.typed_target(table[target])
    except InputError as e:
        return Claim(name=name, passed=False, observed=e.seen, bound=e.expected, todo=e.todo)
    return Claim(
        name=name,
        passed=True,
        observed=f"the values of {len(spec.columns.names)} features{also} fit",
        bound="values that fit the column's role",
        todo="give the column another role in defs.yaml, or clean its values",
    )


def no_repeated_identity(table: pd.DataFrame, identity: list[str]) -> Claim:
    """No two rows have the same identity; passes without identity columns."""
    keys = [name for name in identity if name in table]
    repeats = int(table.duplicated(keys).sum()) if keys else 0
    return none_is_repeated(repeats, len(table), identity, list(table.columns))


def none_is_repeated(repeats: int, rows: int, identity: list[str], columns: list[str]) -> Claim:
    """The same, given the number of rows that repeat those columns of `identity` that exist."""
    keys = [name for name in identity if name in columns]
    lacking = [name for name in identity if name not in keys]
    seen = f"{repeats} of {rows} rows repeat an earlier {keys}" if keys else "no identity"
    hints = [f"{name!r}{nearest(name, columns)}" for name in lacking]
    return Claim(
        name="no_repeated_identity",
        passed=repeats == 0 and not lacking,
        observed=f"no column {', '.join(hints)}" if lacking else seen,
        bound=f"a column {lacking[0]!r}" if lacking else "one row for each identity",
        todo="correct `identity` in defs.yaml"
        if lacking
        else "drop repeated rows in the source, or name more columns in `identity`",
    )
