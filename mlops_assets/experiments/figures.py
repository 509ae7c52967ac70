"""The picture of an experiment: its confidence sequence over the days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.experiments.facts import Look
from mlops_assets.figures.style import BLUE, GREEN, GREY, RED, canvas, label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_TICKS = 6


def sequence(looks: Sequence[Look], metric: str, experiment: str) -> Figure:
    """The difference of each day with its interval; decided once zero is outside of it."""
    from matplotlib.dates import date2num

    figure, (axes,) = canvas(3.6)
    days = date2num([it.day for it in looks])
    last = looks[-1]
    colour = GREEN if last.low > 0 else RED if last.high < 0 else BLUE
    low, high = [it.low for it in looks], [it.high for it in looks]
    axes.fill_between(days, low, high, color=colour, alpha=0.2, linewidth=0)
    axes.plot(days, [it.difference for it in looks], color=colour, marker="o", markersize=4)
    axes.errorbar(
        days[-1:],
        [last.difference],
        yerr=[[last.difference - last.low], [last.high - last.difference]],
        color=colour,
        capsize=4,
    )
    axes.axhline(0, color=GREY, linestyle=":")
    shown = looks[:: -(-len(looks) // MOST_TICKS)]
    axes.set_xticks(date2num([it.day for it in shown]), [str(it.day) for it in shown])
    axes.set_xlim(days[0] - 0.7, days[-1] + 0.7)
    title = f"{experiment}: challenger less champion, 95 % confidence sequence"
    label(axes, title, "day", f"{metric}, better is up")
    return figure
