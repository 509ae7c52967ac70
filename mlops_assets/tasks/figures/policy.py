"""Figures of a policy: what it chooses next to what was logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.figures.style import BLUE, ORANGE, canvas, label, legend

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mlops_assets.tasks.metrics.logged_decisions import Logged


def action_shares(o: Logged) -> Figure:
    """Draw the share of each action in the log, and its mean probability under the policy."""
    import numpy as np

    count = len(o.actions)
    logged = np.bincount(o.action[o.action >= 0], minlength=count) / max(1, len(o.action))
    figure, (axes,) = canvas(1.2 + 0.36 * count)
    places = np.arange(count)
    means = [float(it.mean()) for it in o.probability]
    axes.barh(places - 0.2, means, 0.38, color=BLUE, label="policy")
    axes.barh(places + 0.2, logged, 0.38, color=ORANGE, label="log")
    axes.set_yticks(places, o.actions)
    axes.invert_yaxis()
    label(axes, f"Actions in {len(o.action):,} rows", "share of the rows", "", grid="x")
    legend(axes)
    return figure
