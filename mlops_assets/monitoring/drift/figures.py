"""Figure of a day's worst columns: their distributions compared with the reference."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlops_assets.figures.style import BLUE, GREY, INK, ORANGE, RED, canvas, fitted, short
from mlops_assets.monitoring.drift.column_drift import ColumnDrift
from mlops_assets.monitoring.drift.column_figures import both_sides
from mlops_assets.monitoring.drift.drift_verdict import DriftVerdict
from mlops_assets.monitoring.drift.table_profile import TableProfile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_COLUMNS, ACROSS = 6, 2


def worst_columns(
    reference: TableProfile,
    day: TableProfile,
    verdict: DriftVerdict,
    units: Mapping[str, str] = MappingProxyType({}),
    before: str = "training",
) -> Figure:
    """The six worst columns that were judged: the reference in grey, the day in colour.

    Numbers, dates and text lengths as histograms of all rows, labels as shares. `before` says which
    rows the reference is of.
    """
    worst = [column for column in verdict.columns if column.statistics][:MOST_COLUMNS]
    down = max(1, -(-len(worst) // ACROSS))
    across = min(ACROSS, max(1, len(worst)))
    figure, axes = canvas(0.7 + 2.1 * down, rows=down, columns=across)
    for panel, column in zip(axes, worst, strict=False):
        drifted = column.column in verdict.drifted
        profiles = reference.profiles[column.column], day.profiles[column.column]
        both_sides(panel, column.role, *profiles, ORANGE if drifted else BLUE)
        _title(panel, column, RED if drifted else INK, across)
        if unit := units.get(column.column):
            panel.set_xlabel(unit, fontsize=8, color=INK)
    for spare in axes[len(worst) :]:
        spare.set_visible(False)
    _heading(figure, len(worst), verdict, before)
    return figure


def _heading(figure: Figure, shown: int, verdict: DriftVerdict, before: str) -> None:
    from matplotlib.patches import Patch

    which = f"the worst {shown}" if shown < len(verdict.columns) else "all"
    title = f"{verdict.status}: {which} of {len(verdict.columns)} columns, {verdict.rows:,} rows"
    figure.suptitle(title if shown else f"{verdict.status}: no column was judged", fontsize=11)
    colours = {before: GREY, "day": BLUE} | ({"day, drifted": ORANGE} if verdict.drifted else {})
    handles = [Patch(color=colour, label=name) for name, colour in colours.items()]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=9)


def _title(axes: Axes, column: ColumnDrift, colour: str, across: int) -> None:
    measured = next((s for s in column.statistics if s.drifted), column.statistics[0])
    sign = ">" if measured.drifted else "≤"
    score = f"{measured.name} {measured.value:.3g} {sign} {measured.threshold:.3g}"
    lines = f"{short(column.column, 16)}: {score}", column.what
    title = "\n".join(fitted(line, 8.5, across, left=True) for line in lines)
    axes.set_title(title, loc="left", fontsize=8.5, color=colour)
    axes.tick_params(labelsize=7.5)
