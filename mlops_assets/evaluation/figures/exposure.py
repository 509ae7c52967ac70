"""Picture which share of the attention groups of people get in ranked lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.evaluation.fairness.exposure import Exposure, GroupExposure
from mlops_assets.figures.style import BLUE, GREY, INK, ORANGE, canvas, label, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 8
"""The most groups shown per column, the largest."""


def exposure_ratios(found: Sequence[Exposure]) -> Figure:
    """The attention of each group by its fair share, a panel for each sort of fair share.

    Orange where the groups of a column differ by more than chance explains.
    """
    panels = {name: [it for it in found if it.among == name] for name in ("candidates", "relevant")}
    rows = sum(len(it.groups[:MOST]) + 1 for it in panels["candidates"])
    figure, axes = canvas(1.1 + 0.26 * rows, columns=2)
    for number, (place, (name, columns)) in enumerate(zip(axes, panels.items(), strict=True)):
        _panel(place, columns, names=number == 0)
        place.axvline(1, color=INK, linestyle=":", linewidth=1)
        label(place, f"Fair share of {name}", "attention by fair share", "", grid="x")
    return figure


def _panel(axes: Axes, columns: Sequence[Exposure], *, names: bool) -> None:
    """The groups of all columns below each other, each column under its name."""
    at, ticks, texts = 0, [], []
    for column in columns:
        ticks.append(at)
        texts.append(short(column.column))
        for group in column.groups[:MOST]:
            at += 1
            ticks.append(at)
            texts.append(short(group.group, 16))
            _draw(axes, at, group, ORANGE if column.differs else BLUE)
        at += 1
    axes.set_yticks(ticks, texts if names else [""] * len(ticks))
    axes.set_ylim(at - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


def _draw(axes: Axes, at: int, group: GroupExposure, colour: str) -> None:
    if not group.judged:
        where = {"transform": axes.get_yaxis_transform(), "va": "center"}
        axes.text(0.02, at, "too few", fontsize=8, color=GREY, **where)
        return
    it = group.ratio
    bar = {"alpha": 0.35, "linewidth": 5, "solid_capstyle": "round"}
    axes.plot([it.low, it.high], [at, at], color=colour, **bar)
    edge = {"markersize": 5, "markeredgecolor": INK, "markeredgewidth": 0.4}
    axes.plot([it.value], [at], marker="o", color=colour, **edge)
