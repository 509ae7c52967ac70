"""The figure of a verdict: each gate's value with its bound."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from mlops_assets.evaluation.verdict import GateResult
from mlops_assets.figures.style import GREEN, GREY, INK, PALE, RED, canvas, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def gates(results: Sequence[GateResult]) -> Figure:
    """One row per gate: the value with its 95 % interval, and the passing range in green.

    The number on the right is the one that is judged. A gate without a value has no axis.
    """
    rows = max(1, len(results))
    figure, axes = canvas(0.5 + 0.62 * rows, rows=rows)
    for place, result in zip(axes, results, strict=False):
        _gate(place, result)
    note = "value and 95 % interval; green passes; the number on the right is the one judged"
    figure.supxlabel(note if results else "", fontsize=8.5, color=INK)
    if not results:
        axes[0].set_axis_off()
        axes[0].text(0.5, 0.5, "no gate was judged", ha="center", va="center", color=RED)
    return figure


def _gate(axes: Axes, result: GateResult) -> None:
    colour, judged = GREEN if result.passed else RED, result.judged
    if judged is None or result.value is None:
        axes.set_axis_off()
        axes.text(0, 0.5, short(result.reason, 80), va="center", fontsize=8.5, color=GREY)
    else:
        _number_line(axes, result, result.value, colour)
    word = "PASS" if result.passed else "FAIL"
    name = f"{word}  {result.gate}"
    outside = {"transform": axes.transAxes, "va": "center", "fontsize": 9}
    axes.text(-0.02, 0.5, name, ha="right", color=colour, fontweight="bold", **outside)
    value = "no value" if judged is None else _written(judged)
    axes.text(1.02, 0.5, value, ha="left", color=GREY if judged is None else INK, **outside)


def _number_line(axes: Axes, result: GateResult, value: float, colour: str) -> None:
    low, high = _limits(result)
    axes.set(xlim=(low, high), ylim=(-1, 1), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.tick_params(labelsize=8)
    start = low if result.min is None else result.min
    end = high if result.max is None else result.max
    axes.axvspan(low, high, color=PALE, linewidth=0)
    axes.axvspan(start, end, color=GREEN, alpha=0.25, linewidth=0)
    for bound in (result.min, result.max):
        if bound is not None:
            axes.axvline(bound, color=GREEN, linewidth=1.5)
    if result.low is not None and result.high is not None:
        axes.plot([result.low, result.high], [0, 0], color=colour, linewidth=2)
    axes.plot([value], [0], marker="o", markersize=8, color=colour)


def _written(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 100 else f"{value:,.5g}"


def _limits(result: GateResult) -> tuple[float, float]:
    """The range to draw: 0 to 1 if all numbers are within it, else their range with a margin."""
    numbers = (result.value, result.low, result.high, result.min, result.max)
    finite = [number for number in numbers if number is not None and isfinite(number)]
    if all(0 <= number <= 1 for number in finite):
        return 0.0, 1.0
    margin = 0.25 * (max(finite) - min(finite)) or 0.25 * abs(finite[0]) or 1.0
    return min(finite) - margin, max(finite) + margin
