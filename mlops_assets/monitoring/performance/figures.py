"""Figures of live performance: the monitored metric over days, and the errors of one day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.figures.style import BLUE, GREY, INK, RED, canvas, label, legend
from mlops_assets.monitoring.performance.record import PerformanceFacts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_TICKS = 6


class DayQuality(NamedTuple):
    """The monitored metric on one day, with its 95 % interval and its bound."""

    value: float
    low: float
    high: float
    bound: float
    dropped: bool
    version: str


def over_days(days: Mapping[date, DayQuality], metric: str) -> Figure:
    """The metric of each day and its bound: good is every interval on the better side.

    On red days, performance dropped: the whole interval is beyond the bound. The first day of each
    version is labelled.
    """
    from matplotlib.dates import date2num

    figure, (axes,) = canvas(4.0)
    for colour, dropped, text in ((BLUE, False, metric), (RED, True, f"{metric}, dropped")):
        chosen = {day: quality for day, quality in days.items() if quality.dropped is dropped}
        if chosen:
            values = [q.value for q in chosen.values()]
            ends = [
                [max(q.value - q.low, 0) for q in chosen.values()],
                [max(q.high - q.value, 0) for q in chosen.values()],
            ]
            style = {"color": colour, "fmt": "o", "markersize": 5, "elinewidth": 1.5, "capsize": 3}
            axes.errorbar(date2num(list(chosen)), values, yerr=ends, label=text, **style)
    # The marker shows the bound of a single day, for which there is no line.
    bounds = [quality.bound for quality in days.values()]
    axes.plot(
        date2num(list(days)),
        bounds,
        color=GREY,
        linestyle=":",
        drawstyle="steps-mid",
        marker="_",
        label="bound",
    )
    _name_versions(axes, days)
    shown = list(days)[:: -(-len(days) // MOST_TICKS)]
    axes.set_xticks(date2num(shown), [str(day) for day in shown])
    axes.set_xlim(float(date2num(min(days))) - 1, float(date2num(max(days))) + 1)
    axes.margins(y=0.15)
    label(axes, f"{metric} of the labelled rows, with 95 % intervals", "day", metric)
    legend(axes)
    return figure


def history(days: Mapping[date, PerformanceFacts], metric: str) -> dict[date, DayQuality]:
    """The days on which `metric` was monitored."""
    return {
        day: DayQuality(
            value=seen.value,
            low=seen.low,
            high=seen.high,
            bound=seen.bound,
            dropped=facts.status == "dropped",
            version=facts.version,
        )
        for day, facts in days.items()
        if (seen := facts.metric) and seen.name == metric
    }


def _name_versions(axes, days: Mapping[date, DayQuality]) -> None:
    from matplotlib.dates import date2num

    before = None
    for day, quality in days.items():
        if quality.version != before:
            where = {"xytext": (-6, -11), "textcoords": "offset points"}
            text = f"version {quality.version}"
            axes.annotate(text, (date2num(day), quality.bound), **where, fontsize=8, color=INK)
        before = quality.version
