"""Pictures of how a model's scores compare with what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.evaluation.calibration import Calibration
from mlops_assets.figures.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    SERIES,
    canvas,
    fitted,
    label,
    legend,
    short,
)
from mlops_assets.tasks.base import ScoredOutcome

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_CLASSES = 20


def calibration_curve(found: Sequence[Calibration]) -> Figure:
    """What happened per bin of similar scores, with its 95 % interval.

    Good: the dots are on the diagonal. Of several classes, the most frequent eight.
    """
    shown = sorted(found, key=lambda it: -it.base_rate)[: len(SERIES)]
    figure, (axes,) = canvas(4.6)
    ends = [it for one in shown for each in one.bins for it in (each.score, each.happened)]
    low, high = (0.0, 1.0) if shown[0].is_probability else (min(ends), max(ends))
    axes.plot([low, high], [low, high], color=GREY, linestyle=":", linewidth=1, label="perfect")
    for one, colour in zip(shown, SERIES, strict=False):
        x, y = ([getattr(it, name) for it in one.bins] for name in ("score", "happened"))
        below = [max(0.0, it.happened - it.low) for it in one.bins]
        above = [max(0.0, it.high - it.happened) for it in one.bins]
        style = {"color": colour, "marker": "o", "markersize": 5, "linewidth": 1.5}
        axes.errorbar(
            x, y, yerr=[below, above], capsize=3, elinewidth=1, label=short(one.label, 30), **style
        )
    name = shown[0].name if len(shown) == 1 else "probability of the class"
    share = f"share that is {short(shown[0].label)}" if len(shown) == 1 else "share of the class"
    happened = share if shown[0].is_probability else "actual"
    label(axes, "Calibration", f"mean {name}, per bin", happened)
    legend(axes, "upper left")
    return figure


def prediction_histogram(outcomes: Sequence[ScoredOutcome], found: Sequence[Calibration]) -> Figure:
    """The scores, with their mean and what happened: both lines at one place are good.

    Of several classes: the mean probability and the share of each, the most frequent first.
    """
    return _classes(found) if len(found) > 1 else _one(outcomes[0], found[0])


def _one(outcome: ScoredOutcome, found: Calibration) -> Figure:
    import numpy as np

    figure, (axes,) = canvas(4.0)
    values = outcome.scores if found.is_probability else [*outcome.scores, *outcome.outcomes]
    edges = np.linspace(0, 1, 41) if found.is_probability else np.histogram_bin_edges(values, 40)
    if not found.is_probability:
        axes.hist(outcome.outcomes, list(edges), color=GREY, alpha=0.5, label="actual")
    axes.hist(outcome.scores, list(edges), color=BLUE, alpha=0.7, label="predicted")
    said, seen = f"mean {found.mean_score:.4g}", f"happened {found.base_rate:.4g}"
    axes.axvline(found.mean_score, color=INK, linewidth=1.5, label=said)
    axes.axvline(found.base_rate, color=ORANGE, linewidth=1.5, linestyle="--", label=seen)
    title = found.sentence[0].upper() + found.sentence[1:]
    label(axes, fitted(title, 11, 1, left=True), found.name, "rows", grid="y")
    legend(axes)
    return figure


def _classes(found: Sequence[Calibration]) -> Figure:
    import numpy as np

    shown = sorted(found, key=lambda it: -it.base_rate)[:MOST_CLASSES]
    figure, (axes,) = canvas(1.4 + 0.4 * len(shown))
    at = np.arange(len(shown))
    bars = {"mean probability": ("mean_score", BLUE, -0.2), "share": ("base_rate", ORANGE, 0.2)}
    for text, (name, colour, moved) in bars.items():
        axes.barh(at + moved, [getattr(it, name) for it in shown], 0.38, color=colour, label=text)
    axes.set_yticks(at, [short(it.label) + ("*" if it.differs else "") for it in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    more = f" (the first {len(shown)} of {len(found)})" if len(shown) < len(found) else ""
    title = f"Mean probability and share of the classes{more}"
    label(axes, title, "*: differs by more than chance explains", "", grid="x")
    legend(axes, "lower right")
    return figure
