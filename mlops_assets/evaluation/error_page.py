"""The mistakes of a holdout for people: a table for the panel, and a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.evaluation.chance import p_text
from mlops_assets.evaluation.confirmed_slices import Search
from mlops_assets.platform.markdown import plain, table
from mlops_assets.platform.templates import render
from mlops_assets.tasks.base import ErrorPattern
from mlops_assets.tasks.metrics.metric import written

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

PATTERNS = 5
"""How many patterns the panel shows."""
PAGE_PATTERNS = 50
ERROR = 4
"""Columns of `worst_rows` that say which row it is and how wrong; its values follow."""
NO_PATTERN = "There are no errors, or the task knows no patterns of them."


def error_table(patterns: Sequence[ErrorPattern], found: Search) -> str:
    """The first patterns as Markdown, and how many slices were confirmed."""
    rows = [(it.pattern, it.rows, _with_measure(it)) for it in patterns[:PATTERNS]]
    head = ["errors", "rows", "share or mean, with 95 % interval"]
    return f"{table(head, rows) if rows else NO_PATTERN}\n\n{plain(confirmed(found))}"


def _with_measure(pattern: ErrorPattern) -> str:
    value, interval = written(pattern.value, pattern.low, pattern.high)
    return f"{value} {interval} {pattern.measure}"


def confirmed(found: Search) -> str:
    """What became of the search, in words."""
    return (
        f"{len(found.confirmed)} of {found.looked_at:,} slices by one and two columns confirmed "
        "to be worse."
    )


def error_page(
    spec: LifecycleSpec,
    patterns: Sequence[ErrorPattern],
    found: Search,
    worst: pd.DataFrame,
    errors: np.ndarray,
) -> str:
    """The page `error_analysis.html`; `errors` (n,) are those of every row."""
    import numpy as np

    mean = np.asarray([errors.mean()])
    spread = np.asarray([errors.std(ddof=1) if len(errors) > 1 else 0.0])
    low, high = spec.task.error_interval(mean, spread, np.asarray([len(errors)]))
    return render(
        "mlops_assets.evaluation",
        "error_analysis.html.j2",
        title=f"Errors of {spec.name}",
        about=f"{len(errors):,} held-out rows.",
        measure="error rate" if spec.task.error_is_rate else "mean error",
        overall=written(float(mean[0]), float(low[0]), float(high[0])),
        mean=float(mean[0]),
        patterns=[(it, *written(it.value, it.low, it.high)) for it in patterns[:PAGE_PATTERNS]],
        hidden=max(0, len(patterns) - PAGE_PATTERNS),
        search=found,
        summary=confirmed(found),
        scale=max([it.high for it in found.slices], default=1.0),
        worst_head=[str(it).replace("_", " ") for it in worst.columns[:ERROR]],
        worst=_cells(worst),
        no_pattern=NO_PATTERN,
        wrong=int((errors != 0).sum()),
        written=written,
        p_text=p_text,
    )


def _cells(found: pd.DataFrame) -> list[tuple[list[str], list[tuple[str, str]]]]:
    """Each row: which it is and how wrong, then its values by name; any number of them fits."""
    names = list(map(str, found.columns))
    rows = [list(map(_cell, row)) for row in found.to_numpy(object)]
    return [(row[:ERROR], list(zip(names[ERROR:], row[ERROR:], strict=True))) for row in rows]


def _cell(value: object) -> str:
    if value is None or value != value:
        return "missing"
    return f"{value:.5g}" if isinstance(value, float) else str(value)
