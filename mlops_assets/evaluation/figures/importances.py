"""How much each feature contributes to a model's predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.figures.style import BLUE, INK, canvas, label, short

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

MOST_FEATURES = 20


def importances(frame: pd.DataFrame) -> Figure:
    """The 20 most important features, from `feature`, `importance` and `spread`.

    A column `unit` says in words what one unit of importance is.
    """
    top = frame.head(MOST_FEATURES).iloc[::-1]
    figure, (axes,) = canvas(1.2 + 0.26 * len(top))
    names = [short(name) for name in top["feature"]]
    style = {"color": BLUE, "height": 0.7, "error_kw": {"ecolor": INK, "elinewidth": 1}}
    axes.barh(names, top["importance"], xerr=top["spread"], **style)
    axes.axvline(0, color=INK, linewidth=0.8)
    more = f" (the first {len(top)} of {len(frame)})" if len(frame) > len(top) else ""
    unit = frame["unit"].iloc[0] if "unit" in frame and len(frame) else "importance"
    label(axes, f"Importance of the features{more}", f"{unit}, with its spread", "", grid="x")
    return figure
