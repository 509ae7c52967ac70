"""Propose a model for a user's table: the task, the role of each column, gates and estimator."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from mlops_assets.data.profile.column_stats import numbers
from mlops_assets.data.profile.exact_sum import exact_sum
from mlops_assets.data.sources.base import plain_table, require_rows
from mlops_assets.data.sources.label_columns import LabelColumns
from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, nearest
from mlops_assets.kinds.sklearn.proposal import candidates
from mlops_assets.spec.column_roles import examine, present_values
from mlops_assets.spec.days import chosen_days, days_of, loop_for, why_no_loop
from mlops_assets.spec.finding import Finding
from mlops_assets.spec.missing_words import shown, without_usual_words, words_in, words_taken
from mlops_assets.spec.near_leaks import near_leaks
from mlops_assets.spec.oddities import (
    odd_values,
    require_no_numbers_in_text,
    require_no_total,
)
from mlops_assets.spec.proposal import Proposal, gates_for, held_out_rows, holdout_share, render
from mlops_assets.spec.proposed_watch import proposed_watch
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.inference import infer_task

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Proposal", "propose", "render"]


def propose(
    table: pd.DataFrame,
    *,
    name: str,
    target: str,
    source: dict[str, Any],
    task: Task | None = None,
    timestamp: str = "",
    nightly: bool = False,
    today: date | None = None,
) -> Proposal:
    """Propose the defs.yaml of a model `name` that predicts `target` from `table`.

    `table` has the words that mean missing as they stand, and text wherever a number could be a
    code. `source` is copied, with `missing` if the target needs it. The task is inferred unless
    given, and so is the timestamp, of which `none` is none. With `nightly`, a file is retrained
    each night too. Raises `InputError` if the target is missing, cannot be learned or leaves open
    what it is, if the last row is a total, or if no feature column is left.
    """
    from pandas.api.types import is_numeric_dtype

    raw = plain_table(table, "the table", LabelColumns(every=True))
    require_rows(raw, "the table")
    require_no_total(raw)
    table = without_usual_words(raw, target)
    present = _present_target(table, target)
    if task is None:
        require_no_numbers_in_text(present)
    task = task or infer_task(present)
    task.require_learnable(present)
    ground_truth = task.typed_target(table.loc[present.index, target])
    target_words = words_in(raw[target])
    are_missing = bool(target_words) and is_numeric_dtype(present)
    rows = table.loc[ground_truth.index]
    findings = {column: examine(rows[column], ground_truth) for column in rows if column != target}
    findings |= _parts_of_target(rows, findings, ground_truth)
    classes = bool(task.classes(ground_truth))
    leaks, suspects = near_leaks(rows, findings, ground_truth, classes=classes)
    findings |= leaks
    columns = _columns(findings)
    found_days = days_of(rows, findings)
    days = chosen_days(found_days, timestamp)
    loop = loop_for(days, source["type"], nightly, today or date.today())
    _require_features(columns, findings, target)
    holdout = holdout_share(len(ground_truth))
    gates, warnings = gates_for(ground_truth, task, holdout)
    first = candidates(task, len(ground_truth))[0]
    held_out = partial(held_out_rows, share=holdout)
    return Proposal(
        name=name,
        target=target,
        task=task,
        positive=task.positive_label(ground_truth),
        identity=_identity(findings),
        source={
            **_source(source, task, target, target_words if are_missing else {}),
            **_source_dates(source, findings),
        },
        timestamp=days.timestamp if days else "",
        timestamps=[] if days else [it.timestamp for it in found_days],
        no_loop="" if days else why_no_loop(found_days),
        loop=loop.lines,
        loop_comments=loop.comments,
        watch=proposed_watch(rows, columns, days.timestamp if days else ""),
        columns=columns,
        left_out={column: found.reason for column, found in findings.items() if not found.role},
        rows=len(ground_truth),
        holdout=holdout,
        gates=gates,
        counted=task.starting_gate(ground_truth, held_out).counted,
        estimator=first.estimator,
        params=first.params,
        missing={
            **words_taken(raw, columns),
            **({target: target_words} if are_missing else {}),
        },
        warnings=[
            *_missing_targets(table, ground_truth, target),
            *_words_as_classes({} if are_missing else target_words, target),
            *suspects,
            *_oddities(rows, findings),
            *_no_dates(findings),
            *warnings,
        ],
        questions=[found.question for found in findings.values() if found.question],
    )


def _source(
    source: dict[str, Any], task: Task, target: str, words: dict[str, int]
) -> dict[str, Any]:
    """The source, which has to know the words that are no classes of the target."""
    if not words or not task.target_columns(target).categorical:
        return source
    return {**source, "missing": {target: list(words)}}


def _words_as_classes(words: dict[str, int], target: str) -> list[str]:
    if not words:
        return []
    return [
        f"the target {target!r} has words that often mean missing ({shown(words)} rows), and each "
        f"is a class; if it means missing, set `missing: {{{target}: {list(words)}}}` of the source"
    ]


def _present_target(table: pd.DataFrame, target: str) -> pd.Series:
    """The non-missing target values. Raises `InputError` if there are none or all are equal."""
    names = list(table.columns)
    if target not in names:
        raise InputError(
            seen=f"no column {target!r} among {names}{nearest(target, names)}",
            expected="the name of the column to predict",
            todo="correct the target",
        )
    present = present_values(table.loc[:, target])
    if present.nunique() < 2:
        always = f"always {str(present.iloc[0])!r}" if len(present) else "empty in every row"
        raise InputError(
            seen=f"the target {target!r} is {always}",
            expected="a column with at least two distinct values",
            todo="choose another target, or add rows with other outcomes",
        )
    return present


def _parts_of_target(
    rows: pd.DataFrame, findings: dict[str, Finding], ground_truth: pd.Series
) -> dict[str, Finding]:
    """Findings of the columns that add up to the target, until no others do."""
    found: dict[str, Finding] = {}
    summed = [name for name, it in findings.items() if it.role in ("numeric", "boolean")]
    while parts := exact_sum(numbers(rows, summed), ground_truth):
        why = f"it leaks the target, which {' and '.join(map(repr, parts))} add up to exactly"
        found |= dict.fromkeys(parts, Finding(None, why))
        summed = [name for name in summed if name not in parts]
    return found


def _oddities(rows: pd.DataFrame, findings: dict[str, Finding]) -> list[str]:
    """A warning for each column with values that do not go with the others."""
    found = {name: odd_values(rows[name]) for name, it in findings.items() if it.role != "date"}
    return [f"{name!r} {odd}" for name, odd in found.items() if odd]


def _columns(findings: dict[str, Finding]) -> Columns:
    roles: dict[str, list[str]] = {}
    for column, found in findings.items():
        if found.role:
            roles.setdefault(found.role, []).append(column)
    return Columns(**roles)


def _require_features(columns: Columns, findings: dict[str, Finding], target: str) -> None:
    if not columns.names:
        reasons = "; ".join(f"{column!r}: {found.reason}" for column, found in findings.items())
        raise InputError(
            seen=f"no column to predict {target!r} from ({reasons or 'there is no other column'})",
            expected="at least one usable feature column",
            todo="add such a column to the table",
        )


def _identity(findings: dict[str, Finding]) -> list[str]:
    """The first column that identifies the rows, if there is one."""
    return [column for column, found in findings.items() if found.names_rows][:1]


def _source_dates(source: dict[str, Any], findings: dict[str, Finding]) -> dict[str, Any]:
    """`date_format` and `missing_dates` of the source, without what is not needed."""
    formats = {column: it.date_format for column, it in findings.items() if it.date_format}
    days = sorted({day for found in findings.values() for day in found.missing_dates})
    fields = {
        "date_format": {**source.get("date_format", {}), **formats},
        "missing_dates": [*source.get("missing_dates", []), *days],
    }
    return {name: value for name, value in fields.items() if value}


def _no_dates(findings: dict[str, Finding]) -> list[str]:
    return [
        f"{', '.join(map(str, found.missing_dates))} in {column!r} counts as no date, because a "
        "date is between 1678 and 2261"
        for column, found in findings.items()
        if found.missing_dates
    ]


def _missing_targets(table: pd.DataFrame, ground_truth: pd.Series, target: str) -> list[str]:
    missing = len(table) - len(ground_truth)
    if not missing:
        return []
    return [
        f"{missing} of {len(table)} rows have no {target!r}; remove them from the source, because "
        "the check no_missing_target blocks a run that has any"
    ]
