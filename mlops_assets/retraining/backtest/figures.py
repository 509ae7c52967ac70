"""The days of a backtest as one picture: quality, and below it what each policy did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING

from mlops_assets.figures.style import GREEN, GREY, INK, PALE, RED, SERIES, canvas, label, legend
from mlops_assets.retraining.backtest.records import PlayedDay

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SMOOTHED_DAYS, MOST_TICKS = 14, 6
COLOURS = {"promoted": GREEN, "rejected": RED}


def timeline(played: Mapping[str, Sequence[PlayedDay]], metric: str) -> Figure:
    """Quality as a mean of two weeks, and a lane a policy with its retrains and drifted days."""
    from matplotlib.dates import date2num

    figure, axes = canvas(3.2 + 0.42 * len(played), rows=2)
    quality, lanes = axes
    if grid := quality.get_gridspec():
        grid.set_height_ratios([3, 0.6 + 0.42 * len(played)])
    _draw_quality(quality, played, metric)
    _draw_lanes(lanes, played)
    lanes.sharex(quality)
    days = [it.day for it in next(iter(played.values()))]
    shown = days[:: -(-len(days) // MOST_TICKS)]
    lanes.set_xticks(date2num(shown), [str(it) for it in shown])
    return figure


def _draw_quality(axes: Axes, played: Mapping[str, Sequence[PlayedDay]], metric: str) -> None:
    import pandas as pd

    for colour, (name, days) in zip(SERIES * 9, played.items(), strict=False):
        values = pd.Series([nan if it.value is None else it.value for it in days])
        smooth = values.rolling(SMOOTHED_DAYS, min_periods=1, center=True).mean()
        # numpy's dates, because matplotlib's stubs know no others
        times = pd.to_datetime([it.day for it in days]).to_numpy()
        axes.plot(times, smooth.to_numpy(), color=colour, linewidth=1.4, label=name)
    label(axes, f"{metric} of each day, mean of {SMOOTHED_DAYS} days", "", metric)
    axes.tick_params(labelbottom=False)
    legend(axes)


def _draw_lanes(axes: Axes, played: Mapping[str, Sequence[PlayedDay]]) -> None:
    import pandas as pd

    for at, days in enumerate(played.values()):
        drifted = [it.day for it in days if it.verdict == "drift"]
        if drifted:
            spans = [
                (pd.Timestamp(it).to_numpy(), pd.Timedelta(days=1).to_numpy()) for it in drifted
            ]
            axes.broken_barh(spans, (at - 0.35, 0.7), color=PALE)
        _draw_retrains(axes, days, at)
    axes.set_yticks(range(len(played)), list(played))
    axes.set_ylim(len(played) - 0.4, -0.6)
    label(axes, "Retrains, and days of drift in grey", "day", "", grid=None)
    handles = [
        axes.plot([], [], "o", color=colour, markersize=5, label=name)[0]
        for name, colour in [*COLOURS.items(), ("other", GREY)]
    ]
    axes.legend(
        handles=handles,
        frameon=False,
        fontsize=9,
        ncols=3,
        loc="lower right",
        bbox_to_anchor=(1, 1),
        labelcolor=INK,
    )


def _draw_retrains(axes: Axes, days: Sequence[PlayedDay], at: int) -> None:
    import pandas as pd

    for name, colour in [*COLOURS.items(), ("", GREY)]:
        chosen = [
            it.day
            for it in days
            for retrain in it.retrains
            if (retrain.outcome if retrain.outcome in COLOURS else "") == name
        ]
        if chosen:
            times = pd.to_datetime(chosen).to_numpy()
            axes.plot(times, [at] * len(chosen), "o", color=colour, markersize=4)
