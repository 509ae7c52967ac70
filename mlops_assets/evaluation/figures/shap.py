"""Pictures of SHAP values: all columns at once, and how a column's values change what it adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.data.personal_data import PersonalData, is_shared
from mlops_assets.evaluation.shapley.explained import Explained
from mlops_assets.evaluation.shapley.summary import ColumnSummary, ordered
from mlops_assets.features.columns import Columns, Role
from mlops_assets.figures.style import GREY, INK, canvas, fitted, label, short

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 15
PANELS = 3
MOST_LABELS = 8
COLOURS = "coolwarm"
ORDERED = ("numeric", "boolean", "date")
OTHERS = "others"


def shap_summary(
    found: Explained, columns: Columns, ranked: Sequence[ColumnSummary], personal: PersonalData
) -> Figure:
    """Each explained row as a dot per column: how much it adds, coloured by its value.

    Columns with the widest clouds matter most. Red to the right: high values raise the output.
    """
    top = [it.column for it in ranked[:MOST]]
    roles = dict(columns.roles())
    figure, (axes,) = canvas(1.5 + 0.32 * len(top))
    for at, name in enumerate(top):
        added = found.values[:, found.columns.index(name)]
        has_order = roles[name] in ORDERED and name not in personal
        colours = _shares(ordered(found.features[name], roles[name])) if has_order else None
        _dots(axes, added, at + _spread(added), colours, size=9)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(top)), [short(it) for it in top])
    axes.set_ylim(len(top) - 0.4, -0.6)
    more = f" (the first {len(top)} of {len(ranked)} columns)" if len(top) < len(ranked) else ""
    unit = f"added to the {found.about}; blue: low values, red: high, grey: no order"
    label(axes, f"SHAP values of {len(found):,} rows{more}", unit, "", grid="x")
    return figure


def shap_dependence(
    found: Explained, columns: Columns, ranked: Sequence[ColumnSummary], personal: PersonalData
) -> Figure | None:
    """What the three strongest columns add, by their value; coloured by the interaction partner.

    Dots on one line: the column adds the same whatever the others are. Where red and blue part, it
    depends on the partner. None if no column can be shown: texts and personal columns are not.
    """
    roles = dict(columns.roles())
    shown = [it for it in ranked if roles[it.column] != "text" and it.column not in personal]
    if not (shown := shown[:PANELS]):
        return None
    figure, axes = canvas(3.6, columns=len(shown))
    for each, it in zip(axes, shown, strict=True):
        added = found.values[:, found.columns.index(it.column)]
        hidden = not it.partner or it.partner in personal
        partner = None if hidden else ordered(found.features[it.partner], roles[it.partner])
        x = _along(each, found.features[it.column], roles[it.column])
        _dots(each, x, added, None if partner is None else _shares(partner), size=14)
        each.axhline(0, color=INK, linewidth=0.8)
        title = "" if hidden else f"colour: {it.partner}"
        label(each, fitted(title, 11, len(shown), left=True), short(it.column), "")
    axes[0].set_ylabel(f"added to the {found.about}", fontsize=9.5, color=INK)
    return figure


def _dots(
    axes: Axes, x: np.ndarray, y: np.ndarray, shares: np.ndarray | None, *, size: int
) -> None:
    """Dots coloured by `shares` from 0 to 1, grey where NaN."""
    import numpy as np

    known = np.zeros(len(x), dtype=bool) if shares is None else np.isfinite(shares)
    axes.scatter(x[~known], y[~known], s=size, color=GREY, alpha=0.6, linewidths=0)
    if shares is not None and known.any():
        style = {"cmap": COLOURS, "vmin": 0, "vmax": 1, "alpha": 0.8, "linewidths": 0}
        axes.scatter(x[known], y[known], s=size, c=shares[known], **style)


def _shares(codes: np.ndarray) -> np.ndarray:
    """The rank of each value among the known ones, from 0 to 1; 0.5 if all are equal."""
    import numpy as np
    from scipy.stats import rankdata

    found, known = np.full(len(codes), np.nan), np.isfinite(codes)
    ranks = rankdata(codes[known]) - 1
    width = np.ptp(ranks) if len(ranks) else 0
    found[known] = (ranks - ranks.min()) / width if width else 0.5
    return found


def _spread(added: np.ndarray) -> np.ndarray:
    """How far each dot is moved off its line, so that dots of one place form a swarm."""
    import numpy as np

    low, width = added.min(), np.ptp(added)
    bins = (
        np.zeros(len(added), dtype=int) if not width else ((added - low) / width * 60).astype(int)
    )
    moved = np.zeros(len(added))
    most = max(np.bincount(bins).max(), 1)
    for it in np.unique(bins):
        rows = np.flatnonzero(bins == it)
        moved[rows] = (np.arange(len(rows)) - (len(rows) - 1) / 2) / most * 0.75
    return moved


def _along(axes: Axes, values: pd.Series, role: Role) -> np.ndarray:
    """Where each row is on the x axis; labels of few rows are one, with all beyond the eighth."""
    import numpy as np

    if role == "date":
        return values.to_numpy("datetime64[D]")
    if role == "numeric":
        return values.to_numpy("float64")
    texts = values.map({1.0: "true", 0.0: "false"}) if role == "boolean" else values
    counts = texts.value_counts()
    named = [it for it in counts.index if is_shared(int(counts[it]))][:MOST_LABELS]
    places = {it: at for at, it in enumerate(named)}
    at = texts.map(places).fillna(len(named)).to_numpy("float64")
    ticks = [*named, *([OTHERS] if (at == len(named)).any() else [])]
    axes.set_xticks(range(len(ticks)), [short(it, 12) for it in ticks], rotation=45)
    return at + np.random.default_rng(0).uniform(-0.2, 0.2, len(at))
