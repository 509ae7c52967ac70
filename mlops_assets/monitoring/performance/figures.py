"""Figures of live performance: the monitored metric over days, and the errors of one day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import isnan
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.figures.style import BLUE, GREY, INK, PALE, RED, SERIES, canvas, label, legend
from mlops_assets.monitoring.performance.record import MonitoredMetric, PerformanceFacts, Status
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_TICKS, MOST_SERIES = 6, 4


class DayQuality(NamedTuple):
    """The monitored metric on one day, with its 95 % interval and its bound."""

    value: float
    low: float
    high: float
    bound: float
    dropped: bool
    version: str


def over_days(
    days: Mapping[date, DayQuality],
    metric: str,
    estimated: Mapping[date, DayQuality] = MappingProxyType({}),
    further: Mapping[str, Mapping[date, Metric]] = MappingProxyType({}),
) -> Figure:
    """The metric of each day and its bound: good is every interval on the better side.

    On red days, performance dropped: the whole interval is beyond the bound. The first day of each
    version is labelled. Diamonds with a grey band are what was `estimated` without labels. Below it
    are `further` series, such as differences between groups, where 0 is equal.
    """
    from matplotlib.dates import date2num

    figure, (axes, *below) = canvas(6.4 if further else 4.0, rows=2 if further else 1)
    if below:
        _draw_series(below[0], further)
    _draw_estimates(axes, estimated)
    known, days = days, dict(sorted({**estimated, **days}.items()))
    for colour, dropped, text in ((BLUE, False, metric), (RED, True, f"{metric}, dropped")):
        chosen = {day: quality for day, quality in known.items() if quality.dropped is dropped}
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
    axes.margins(y=0.35 if estimated else 0.15)  # room for a longer legend
    label(axes, f"{metric} of each day, with 95 % intervals", "day", metric)
    legend(axes)
    return figure


def _draw_series(axes: Axes, further: Mapping[str, Mapping[date, Metric]]) -> None:
    """Each series in a colour of its own, a little beside the others."""
    from matplotlib.dates import date2num

    for number, (name, days) in enumerate(further.items()):
        at = date2num(list(days)) + 0.12 * (number - (len(further) - 1) / 2)
        seen, colour = list(days.values()), SERIES[number]
        axes.vlines(at, [it.low for it in seen], [it.high for it in seen], color=colour, alpha=0.5)
        values = [it.value for it in seen]
        axes.plot(at, values, "o", markersize=4, color=colour, label=name.replace("_", " "))
    days = sorted({day for known in further.values() for day in known})
    shown = days[:: -(-len(days) // MOST_TICKS)]
    axes.set_xticks(date2num(shown), [str(day) for day in shown])
    axes.margins(x=0.1, y=0.15)
    label(axes, "Largest differences between groups, with 95 % intervals", "day", "difference")
    legend(axes)


def series(days: Mapping[date, PerformanceFacts]) -> dict[str, dict[date, Metric]]:
    """What packs found over days: at most the first four series, without undefined values."""
    names = dict.fromkeys(name for facts in days.values() for name in facts.series)
    found = {
        name: {
            day: it
            for day, facts in days.items()
            if (it := facts.series.get(name)) and not isnan(it.value)
        }
        for name in [*names][:MOST_SERIES]
    }
    return {name: known for name, known in found.items() if known}


def _draw_estimates(axes: Axes, estimated: Mapping[date, DayQuality]) -> None:
    from matplotlib.dates import date2num

    if not estimated:
        return
    at, seen = date2num(list(estimated)), list(estimated.values())
    axes.vlines(
        at, [it.low for it in seen], [it.high for it in seen], color=PALE, linewidth=7, zorder=1
    )
    style = {"marker": "D", "markersize": 4, "linestyle": "", "markerfacecolor": "white"}
    values = [it.value for it in seen]
    axes.plot(at, values, color=GREY, label="estimated without labels", **style)


def monitored_by(facts: PerformanceFacts) -> str | None:
    """The metric that was judged on a day, or estimated; None if neither."""
    expected = facts.estimate.monitored() if facts.estimate else None
    seen = facts.metric or expected
    return seen.name if seen else None


def estimates(days: Mapping[date, PerformanceFacts], metric: str) -> dict[date, DayQuality]:
    """The days for which `metric` was estimated without labels."""
    return {
        day: _quality(seen, facts.estimate.status, facts.version)
        for day, facts in days.items()
        if facts.estimate and (seen := facts.estimate.monitored()) and seen.name == metric
    }


def history(days: Mapping[date, PerformanceFacts], metric: str) -> dict[date, DayQuality]:
    """The days on which `metric` was monitored."""
    return {
        day: _quality(seen, facts.status, facts.version)
        for day, facts in days.items()
        if (seen := facts.metric) and seen.name == metric
    }


def _quality(seen: MonitoredMetric, status: Status, version: str) -> DayQuality:
    return DayQuality(
        value=seen.value,
        low=seen.low,
        high=seen.high,
        bound=seen.bound,
        dropped=status == "dropped",
        version=version,
    )


def _name_versions(axes, days: Mapping[date, DayQuality]) -> None:
    from matplotlib.dates import date2num

    before = None
    for day, quality in days.items():
        if quality.version != before:
            where = {"xytext": (-6, -11), "textcoords": "offset points"}
            text = f"version {quality.version}"
            axes.annotate(text, (date2num(day), quality.bound), **where, fontsize=8, color=INK)
        before = quality.version
