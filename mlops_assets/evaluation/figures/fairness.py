"""Picture how the rates of a model differ between groups of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.evaluation.fairness.records import GroupValue, Parity
from mlops_assets.figures.style import BLUE, GREY, INK, ORANGE, canvas, fitted, label, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 8
"""The most groups shown per column, the largest."""


def fairness_metrics(parities: Sequence[Parity]) -> Figure:
    """Each rate in a panel: its value in every group with its interval, one row per group.

    Orange where the groups of a column differ by more than chance explains.
    """
    panels: dict[str, list[Parity]] = {}
    for it in parities:
        panels.setdefault(it.rate, []).append(it)
    rows = sum(len(it.groups[:MOST]) + 1 for it in next(iter(panels.values())))
    figure, axes = canvas(0.9 + 0.24 * rows, columns=len(panels))
    for number, (place, (rate, columns)) in enumerate(zip(axes, panels.items(), strict=True)):
        _panel(place, columns, names=number == 0)
        title = fitted(rate.replace("_", " "), 11, len(panels), left=True)
        label(place, title, "95 % interval", "", grid="x")
    return figure


def _panel(axes: Axes, columns: Sequence[Parity], *, names: bool) -> None:
    """The groups of all columns below each other, each column under its name."""
    at, ticks, texts = 0, [], []
    for parity in columns:
        ticks.append(at)
        texts.append(short(parity.column))
        for value in parity.groups[:MOST]:
            at += 1
            ticks.append(at)
            texts.append(f"{short(value.group, 16)} ({value.rate.support:,})")
            if value.judged:
                _draw(axes, at, value, ORANGE if parity.differs else BLUE)
            else:
                axes.text(
                    0.02,
                    at,
                    "too few",
                    transform=axes.get_yaxis_transform(),
                    va="center",
                    fontsize=8,
                    color=GREY,
                )
        at += 1
    axes.set_yticks(ticks, texts if names else [""] * len(ticks))
    axes.set_ylim(at - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


def _draw(axes: Axes, at: int, value: GroupValue, colour: str) -> None:
    rate = value.rate
    axes.plot(
        [rate.low, rate.high],
        [at, at],
        color=colour,
        alpha=0.35,
        linewidth=5,
        solid_capstyle="round",
    )
    axes.plot(
        [rate.value],
        [at],
        marker="o",
        color=colour,
        markersize=5,
        markeredgecolor=INK,
        markeredgewidth=0.4,
    )
