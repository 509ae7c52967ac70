"""Draw one column of a day over the same column of the reference, in per cent of their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.columns import Role
from mlops_assets.figures.style import GREY, INK, PALE
from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.histogram import Histogram, positions
from mlops_assets.monitoring.drift.table_profile import ColumnProfile
from mlops_assets.monitoring.drift.text_counts import TextCounts

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

BINS, MOST_BARS = 30, 6
OUTSIDE = 0.002
"""Share of rows cut off at each end of a histogram, so that the rest remains visible."""


def both_sides(
    axes: Axes, role: Role, before: ColumnProfile, now: ColumnProfile, colour: str
) -> None:
    """Draw the reference in grey and the day in `colour`, as histograms or as bars per label."""
    if isinstance(before, TextCounts) and isinstance(now, TextCounts):
        before, now = before.lengths, now.lengths
    if isinstance(before, CategoryCounts) and isinstance(now, CategoryCounts):
        _bars(axes, before, now, colour)
    elif isinstance(before, Histogram) and isinstance(now, Histogram):
        _histograms(axes, before, now, colour)
    if role == "date":
        _date_ticks(axes)
    if role == "text":
        axes.set_xlabel("characters", fontsize=8, color=INK)


def _histograms(axes: Axes, before: Histogram, now: Histogram, colour: str) -> None:
    import numpy as np

    sides = _spread(before), _spread(now)
    edges = _edges(*sides)
    for (values, shares), style in zip(sides, _styles(colour), strict=True):
        heights, _ = np.histogram(values, edges, weights=shares)
        axes.stairs(100 * heights, edges, **style)
    axes.locator_params(axis="both", nbins=4)
    axes.yaxis.set_major_formatter("{x:g} %")
    axes.grid(axis="y", color=PALE, linewidth=0.8)


def _spread(counted: Histogram) -> tuple[np.ndarray, np.ndarray]:
    """Sorted values and their shares.

    A profile has one cell beyond each end of the training data; a day's rows there are spread
    evenly up to its most extreme value.
    """
    import numpy as np

    values, shares = positions(counted)
    low, high = counted.edges[0], counted.edges[-1]
    inner = (values >= low) & (values <= high)
    parts = [(values[inner], shares[inner])]
    for outer, end, furthest in (
        (values < low, low, counted.low),
        (values > high, high, counted.high),
    ):
        if outer.any() and furthest is not None:
            parts.append((np.linspace(end, furthest, BINS), np.full(BINS, shares[outer][0] / BINS)))
    values, shares = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.argsort(values, kind="stable")
    return values[order], shares[order]


def _styles(colour: str) -> tuple[dict, dict]:
    return {"fill": True, "color": GREY, "alpha": 0.45}, {"color": colour, "linewidth": 1.8}


def _edges(*sides: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Edges of about 30 bins over the range of both sides; integers get bins of integer width."""
    import numpy as np

    ends = np.array([_ends(values, shares) for values, shares in sides])
    low, high = float(ends[:, 0].min()), float(ends[:, 1].max())
    every = np.concatenate([values for values, _ in sides])
    if np.all(every == np.round(every)):
        width = max(1.0, np.ceil((high - low + 1) / BINS))
        return np.arange(low - 0.5, high + 0.5 + width, width)
    return np.linspace(low, high if high > low else low + 1, BINS + 1)


def _ends(values: np.ndarray, shares: np.ndarray) -> tuple[float, float]:
    import numpy as np

    if not len(values):
        return np.inf, -np.inf
    until = np.cumsum(shares)
    last = int(np.searchsorted(until, 1 - OUTSIDE).clip(0, len(values) - 1))
    return values[int(np.searchsorted(until, OUTSIDE))], values[last]


def _bars(axes: Axes, before: CategoryCounts, now: CategoryCounts, colour: str) -> None:
    names, sides = _shares(before, now)
    for offset, shares, style in zip((-0.2, 0.2), sides, _bar_styles(colour), strict=True):
        axes.barh([at + offset for at in range(len(names))], shares, height=0.38, **style)
    axes.set_yticks(range(len(names)), [_middle(name) for name in names])
    axes.invert_yaxis()
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter("{x:g} %")
    axes.grid(axis="x", color=PALE, linewidth=0.8)


def _bar_styles(colour: str) -> tuple[dict, dict]:
    return {"color": GREY, "alpha": 0.6}, {"color": colour}


def _shares(before: CategoryCounts, now: CategoryCounts) -> tuple[list[str], list[list[float]]]:
    """Per cent of all rows, for the labels that changed most, new labels, and missing values."""
    every = [[100 * count / _rows(side) for count in side.counts] for side in (before, now)]
    changes = [abs(one - other) for one, other in zip(*every, strict=True)]
    kept = sorted(range(len(changes)), key=lambda at: -changes[at])[:MOST_BARS]
    names = [before.labels[at] for at in kept]
    sides = [[side[at] for at in kept] for side in every]
    for name, field in (("new labels", "others"), ("missing", "missing")):
        extra = [100 * getattr(side, field) / _rows(side) for side in (before, now)]
        if any(extra):
            names.append(name)
            sides = [[*side, value] for side, value in zip(sides, extra, strict=True)]
    return names, sides


def _rows(counted: CategoryCounts) -> int:
    return max(counted.known + counted.missing, 1)


def _date_ticks(axes: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    # Matplotlib counts days since 1970, as a profile does.
    locator = AutoDateLocator(minticks=2, maxticks=5)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))


def _middle(text: str) -> str:
    # Long labels usually differ at the end.
    return text if len(text) <= 14 else f"{text[:8]}…{text[-5:]}"
