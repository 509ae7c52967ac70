"""SHAP values for the panel of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlops_assets.evaluation.shapley.explained import Explained
from mlops_assets.evaluation.shapley.explained_row import ExplainedRow
from mlops_assets.evaluation.shapley.summary import ColumnSummary
from mlops_assets.platform.markdown import plain, table

COLUMNS = 5
"""How many columns the table has."""


def rows_taken(found: Explained, rows: int) -> str:
    """Which rows were explained, and against what; a budget that ended it is named."""
    taken = f"{len(found):,} of {rows:,} held-out rows"
    if len(found) < found.asked:
        taken += f" ({found.asked:,} were asked for: the time was over)"
    if not found.complete:
        taken += ", with only part of the rows it is compared with"
    return f"{taken}, compared with {found.compared_with}"


def explained_panel(
    found: Explained,
    ranked: Sequence[ColumnSummary],
    singles: Mapping[int, tuple[str, ExplainedRow]],
    rows: int,
) -> str:
    """What is explained, the strongest columns, and the strongest of single rows, as Markdown."""
    head = ["column", "mean absolute SHAP value", "higher values", "interacts most with"]
    cells = [
        (it.column, f"{it.importance:.3g} ± {it.spread:.1g}", it.direction, it.partner)
        for it in ranked[:COLUMNS]
    ]
    taken = f"{rows_taken(found, rows)}. On average it is {found.base.mean():.3g}."
    parts = [
        plain(f"What columns add to the {found.about}: {taken}"),
        table(head, cells),
    ]
    if singles:
        rows_of = [
            (f"{at}, {why}", f"{it.value:.3g}", it.strongest) for at, (why, it) in singles.items()
        ]
        parts.append(table(["row", found.about, "what adds most"], rows_of))
    return "\n\n".join(parts)
