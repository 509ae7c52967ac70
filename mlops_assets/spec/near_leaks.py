"""Name the columns of a user's table that nearly give the target away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.data.profile.column_stats import numbers
from mlops_assets.data.profile.near_leak import (
    NEARLY_ALONE,
    SUSPICIOUS,
    explained_alone,
    near_sum,
)
from mlops_assets.features.columns import to_categorical
from mlops_assets.spec.finding import Finding

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = ("numeric", "boolean")
MOST_COLUMNS = 300  # of a wider table, only sums and the first columns are looked at


def near_leaks(
    rows: pd.DataFrame, findings: dict[str, Finding], ground_truth: pd.Series, *, classes: bool
) -> tuple[dict[str, Finding], list[str]]:
    """Findings of the columns that nearly give the target, and a warning for each that may."""
    alone = {
        name: explained_alone(_values(rows, name, it), ground_truth, classes=classes)
        for name, it in list(findings.items())[:MOST_COLUMNS]
        if it.role in (*NUMBERS, "categorical")
    }
    found = {
        name: Finding(None, f"it leaks the target: alone it tells {share:.1%} of it")
        for name, share in alone.items()
        if share >= NEARLY_ALONE
    }
    if not classes:
        found |= _parts(rows, findings, found, ground_truth)
    return found, [
        f"{name!r} alone tells {share:.0%} of the target; leave it out unless it is known when the "
        "model predicts"
        for name, share in alone.items()
        if share >= SUSPICIOUS and name not in found
    ]


def _values(rows: pd.DataFrame, name: str, found: Finding) -> pd.Series:
    return numbers(rows, [name])[name] if found.role == "numeric" else to_categorical(rows[name])


def _parts(
    rows: pd.DataFrame,
    findings: dict[str, Finding],
    known: dict[str, Finding],
    ground_truth: pd.Series,
) -> dict[str, Finding]:
    names = [name for name, it in findings.items() if it.role in NUMBERS and name not in known]
    leak = near_sum(numbers(rows, names), ground_truth)
    if leak is None:
        return {}
    why = f"it leaks the target, which is nearly {leak.words} (R² {leak.share:.3f})"
    return dict.fromkeys(leak.parts, Finding(None, why))
