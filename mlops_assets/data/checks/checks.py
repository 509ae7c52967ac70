"""Checks that a raw table must pass before a model is fitted on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mlops_assets.claims import Claim, require
from mlops_assets.data.checks.fitting import require_fitting, require_target_fits
from mlops_assets.data.checks.row_counts import RowCounts, TargetCounts
from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd

MOST_SHOWN, MOST_LISTED = 20, 5

__all__ = [
    "Claim",
    "columns_fit_their_roles",
    "has_enough_rows",
    "has_expected_columns",
    "no_empty_column",
    "no_missing_target",
    "no_repeated_identity",
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


def has_expected_columns(columns: Iterable[str], spec: TrainingSpec) -> Claim:
    """The target, if there is one, and every feature and context column are present once."""
    present, target = list(map(str, columns)), spec.training_target
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


def no_missing_target(gaps: int, rows: int, target: str) -> Claim:
    """Every row has a target: `gaps` of them have none."""
    return Claim(
        name="no_missing_target",
        passed=gaps == 0,
        observed=f"{gaps} of {rows} rows have no {target!r}",
        bound=f"a {target!r} in every row",
        todo="drop rows without a target in the source; they belong to live data",
    )


def target_varies(counts: TargetCounts, rows: int, target: str, task: Task) -> Claim:
    """The target has repeated classes, or a number that is not constant."""
    known, distinct = rows - counts.gaps, counts.distinct.count
    few = distinct <= MOST_LISTED
    shown = f": {sorted(counts.shown)}" if few else f" in {known} rows"
    most = task.most_classes(known)
    return Claim(
        name="target_varies",
        passed=distinct >= 2 and (most is None or distinct <= most),
        observed=f"{counts.distinct} {'classes' if most else 'values'} of {target!r}{shown}",
        bound=f"2 to {most} classes" if most else "at least 2 values",
        todo="check the name of the target and the filter of the source; a numeric target with "
        "many values needs `task: regression`",
    )


def no_empty_column(empty: list[str]) -> Claim:
    """No feature or context column is entirely missing, as those in `empty` are."""
    return Claim(
        name="no_empty_column",
        passed=not empty,
        observed=f"only missing values in {empty}" if empty else "no empty column",
        bound="a value in every feature column",
        todo="fix the source, or leave the column out of `columns`",
    )


def columns_fit_their_roles(counts: RowCounts, frame: Callable[[list[str]], pd.DataFrame]) -> Claim:
    """Numeric columns contain numbers, dates contain dates, and the target fits the task.

    `frame` gives all rows with some columns; it is asked only if a value does not fit.
    """
    name, spec = "columns_fit_their_roles", counts.spec
    also = " and the target" if spec.training_target else ""
    try:
        if counts.misfits:
            require_fitting(frame, spec, counts.personal, counts.require_context)
            require_target_fits(frame, spec)
    except InputError as e:
        return Claim(name=name, passed=False, observed=e.seen, bound=e.expected, todo=e.todo)
    return Claim(
        name=name,
        passed=True,
        observed=f"the values of {len(spec.columns.names)} features{also} fit",
        bound="values that fit the column's role",
        todo="give the column another role in defs.yaml, or clean its values",
    )


def no_repeated_identity(repeats: int, rows: int, identity: list[str], columns: list[str]) -> Claim:
    """No two rows have the same identity; passes without identity columns.

    `repeats` is the number of rows that repeat those columns of `identity` that exist.
    """
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
