"""Turn a user's table into the proposal for a model: what to predict, and from which columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_assets.data.checks.checks import MOST_TARGET_CLASSES
from mlops_assets.data.sources.base import plain_table, require_rows
from mlops_assets.errors import InputError
from mlops_assets.features.columns import (
    FALSE_WORDS,
    TRUE_WORDS,
    Columns,
    Task,
    nearest,
    to_numeric,
    typed_target,
)
from mlops_assets.spec.column_roles import Finding, examine, known_values
from mlops_assets.spec.proposal import Proposal, estimator_for, gates_for, holdout_share, render

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Proposal", "propose", "render"]

MOST_CLASSES = 10  # whole numbers with more values than this are quantities
ROWS_A_CLASS = 5


def propose(
    table: pd.DataFrame,
    *,
    name: str,
    target: str,
    source: dict[str, Any],
    task: Task | None = None,
) -> Proposal:
    """What defs.yaml should say about a model `name` that predicts `target` from `table`.

    `source` goes into it as it is. The task is inferred unless given. Raises `InputError` where
    the target is not there or not learnable, or no column is left to learn from.
    """
    table = plain_table(table, "the table")
    require_rows(table, "the table")
    known = _known_target(table, target)
    task = task or infer_task(known)
    _require_learnable(known, task)
    ground_truth = typed_target(table.loc[known.index, target], task)
    rows = table.loc[ground_truth.index]
    findings = {column: examine(rows[column], ground_truth) for column in rows if column != target}
    columns = _columns(findings)
    _require_features(columns, findings, target)
    holdout = holdout_share(len(ground_truth))
    gates, warnings = gates_for(ground_truth, task, holdout)
    estimator, params = estimator_for(task, len(ground_truth))
    return Proposal(
        name=name,
        target=target,
        task=task,
        positive=positive_label(ground_truth) if task == "classification" else None,
        identity=_identity(findings),
        source=source,
        columns=columns,
        left_out={column: found.reason for column, found in findings.items() if not found.role},
        rows=len(ground_truth),
        holdout=holdout,
        gates=gates,
        estimator=estimator,
        params=params,
        warnings=[*_missing_targets(table, ground_truth, target), *warnings],
    )


def infer_task(known: pd.Series) -> Task:
    """Regression for numbers that are quantities; classification for labels, flags and codes.

    Numbers are codes where two values are all there are, or where they are whole, at most ten
    and each has five rows on average.
    """
    from pandas.api import types

    if types.is_bool_dtype(known) or not types.is_numeric_dtype(known):
        return "classification"
    distinct = known.nunique()
    few = distinct <= MOST_CLASSES and distinct * ROWS_A_CLASS <= len(known)
    codes = few and bool(known.mod(1).eq(0).all())
    return "classification" if codes or distinct == 2 else "regression"


def positive_label(ground_truth: pd.Series) -> str | int | None:
    """Of two labels the one that means yes, else the rarer one; None where there are more."""
    counts = ground_truth.value_counts()
    if len(counts) != 2:
        return None
    labels = sorted(counts.index.tolist(), key=lambda label: (counts[label], str(label)))
    words = [str(label).strip().lower() for label in labels]
    for label, word, other in zip(labels, words, reversed(words), strict=True):
        if word in TRUE_WORDS and other in FALSE_WORDS | {"-1", "-1.0"}:
            return label
    return labels[0]


def _known_target(table: pd.DataFrame, target: str) -> pd.Series:
    """The targets that are there. Raises `InputError` where they are missing or all the same."""
    names = list(table.columns)
    if target not in names:
        raise InputError(
            seen=f"no column {target!r} among {names}{nearest(target, names)}",
            expected="the name of the column to predict",
            todo="correct the target",
        )
    known = known_values(table.loc[:, target])
    if known.nunique() < 2:
        always = f"always {str(known.iloc[0])!r}" if len(known) else "empty in every row"
        raise InputError(
            seen=f"the target {target!r} is {always}",
            expected="a column with at least two different values",
            todo="choose another target, or bring rows with other outcomes",
        )
    return known


def _require_learnable(known: pd.Series, task: Task) -> None:
    """Raise `InputError` for labels that hardly repeat, and for no numbers as a quantity."""
    from pandas.api import types

    distinct, example = known.nunique(), f"such as {str(known.iloc[0])!r}"
    if task == "classification" and distinct > min(len(known) / 2, MOST_TARGET_CLASSES):
        raise InputError(
            seen=f"the target {known.name!r} has {distinct} different labels in {len(known)} rows, "
            f"{example}",
            expected=f"at most {MOST_TARGET_CLASSES:,} labels that repeat, or plain numbers",
            todo="choose another target or task, or write its numbers plainly",
        )
    if task == "regression" and not types.is_numeric_dtype(known):
        raise InputError(
            seen=f"the target {known.name!r} has values that are no numbers, {example}",
            expected="numbers, for a regression",
            todo="choose another target, or classification",
        )
    if types.is_numeric_dtype(known):
        to_numeric(known)  # refuses infinity


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
            expected="at least one column that says something about a row",
            todo="add such a column to the table",
        )


def _identity(findings: dict[str, Finding]) -> list[str]:
    """The first column that names the rows, if there is one."""
    return [column for column, found in findings.items() if found.names_rows][:1]


def _missing_targets(table: pd.DataFrame, ground_truth: pd.Series, target: str) -> list[str]:
    missing = len(table) - len(ground_truth)
    if not missing:
        return []
    return [
        f"{missing} of {len(table)} rows have no {target!r}; take them out of the source, because "
        "the check no_missing_target stops a run that has any"
    ]
