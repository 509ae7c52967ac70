"""The figure of an off-policy evaluation: each estimate of the value, and the weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlops_assets.figures.style import BLUE, GREY, ORANGE, canvas, label, legend, log_counts
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TRUSTED = {"value_dr": "DR", "value_snips": "SNIPS", "value_ips": "IPS"}
SHOWN = {"value_direct": "direct method", "value_clipped_ips": "clipped IPS"}
BINS = 40


def off_policy(found: Mapping[str, Metric], weight: np.ndarray) -> Figure:
    """Draw the estimates with their intervals and the log's mean reward, and the weights below."""
    figure, (above, below) = canvas(5.2, rows=2)
    _values(above, found)
    _weights(below, weight)
    return figure


def _values(axes: Axes, found: Mapping[str, Metric]) -> None:
    log = found["value_logged"]
    axes.axvspan(log.low, log.high, color=ORANGE, alpha=0.25, linewidth=0)
    axes.axvline(log.value, color=ORANGE, label="logged policy")
    names = {**TRUSTED, **SHOWN}
    for place, name in enumerate(names):
        it, colour = found[name], BLUE if name in TRUSTED else GREY
        axes.plot([it.low, it.high], [place, place], color=colour, linewidth=2)
        axes.plot([it.value], [place], marker="o", color=colour)
    axes.set_yticks(range(len(names)), list(names.values()))
    axes.invert_yaxis()
    label(axes, "Value of the policy (grey: biased, never gated)", "reward per row", "", grid="x")
    legend(axes)


def _weights(axes: Axes, weight: np.ndarray) -> None:
    axes.hist(weight, bins=BINS, color=BLUE)
    log_counts(axes)
    title = f"Weights of {len(weight):,} rows: mean {weight.mean():.3f}, should be 1"
    label(axes, title, "probability under the policy / propensity", "rows", grid="y")
