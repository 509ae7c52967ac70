"""Figures of a table's columns: distributions and correlations."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlops_assets.data.profile.column_stats import correlations, missing
from mlops_assets.features.columns import Columns, Role
from mlops_assets.figures.style import BLUE, INK, canvas, fitted, label, short

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_HISTOGRAMS = 24
NO_UNITS: Mapping[str, str] = MappingProxyType({})
MOST_BARS = 6
MOST_CORRELATED = 24


def histograms(
    table: pd.DataFrame, columns: Columns, units: Mapping[str, str] = NO_UNITS
) -> Figure:
    """One small histogram per feature column, up to 24, with its share of missing values.

    Numbers and dates in 30 bins, labels by frequency, text by length in characters.
    """
    named = (pair for pair in columns.roles() if pair[0] in table)
    shown = list(islice(named, MOST_HISTOGRAMS))
    across = min(4, max(1, len(shown)))
    down = -(-len(shown) // across) or 1
    figure, axes = canvas(0.5 + 1.75 * down, rows=down, columns=across)
    for panel, (name, role) in zip(axes, shown, strict=False):
        _histogram(panel, table[name], role, across)
        panel.set_xlabel(units.get(name, ""), fontsize=7.5, color=INK)
    for spare in axes[len(shown) :]:
        spare.set_visible(False)
    every = len(columns.names)
    few = f", the first {len(shown)} of {every} features" if every > len(shown) else ""
    figure.suptitle(f"Rows by value{few}", fontsize=10, color=INK)
    return figure


def correlation_heatmap(table: pd.DataFrame, numeric: list[str]) -> Figure:
    """Pearson correlations of the numeric columns that vary: strong colours mean redundancy.

    If there are more than 24 columns, those with the strongest correlations are shown.
    """
    matrix = correlations(table, numeric)
    varying = matrix.index[matrix.notna().any()]
    matrix = matrix.loc[varying, varying]
    if len(matrix) > MOST_CORRELATED:
        strength = (matrix.abs() - _identity_like(matrix)).max().sort_values(ascending=False)
        kept = [name for name in matrix.columns if name in strength.index[:MOST_CORRELATED]]
        matrix = matrix.loc[kept, kept]
    size = len(matrix)
    figure, (axes,) = canvas(min(7.0, 2.4 + 0.4 * size))
    label(axes, "Correlations of the numeric features that vary", "", "", grid=None)
    if not size:
        return figure
    image = axes.imshow(matrix.to_numpy(), cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto")
    names = [short(name) for name in matrix.columns]
    axes.set_xticks(range(size), names, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(size), names)
    for row in range(size if size <= 14 else 0):
        for column in range(size):
            value = matrix.iat[row, column]
            colour = "white" if abs(value) > 0.6 else INK
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=colour, size=8)
    axes.spines[:].set_visible(False)
    figure.colorbar(image, ax=axes, shrink=0.8).outline.set_visible(False)  # type: ignore
    return figure


def _histogram(axes: Axes, values: pd.Series, role: Role, across: int) -> None:
    gaps = missing(values)
    known = values[~gaps]
    share = f", {100 * gaps.mean():.3g} % missing" if gaps.any() else ""
    axes.set_title(fitted(short(values.name) + share, 8.5, across), fontsize=8.5, color=INK)
    axes.tick_params(labelsize=7)
    if not len(known):
        axes.set(xticks=[], yticks=[])
    elif role in ("categorical", "boolean"):
        _bars(axes, known.map({1.0: "yes", 0.0: "no"}) if role == "boolean" else known)
    else:
        axes.hist(known.astype(str).str.len() if role == "text" else known, bins=30, color=BLUE)
        axes.locator_params(axis="y", nbins=3)
        _few_ticks(axes, role)


def _bars(axes: Axes, known: pd.Series) -> None:
    """The most frequent labels, from the top, and the others pooled."""
    counts = known.astype(str).value_counts()
    names = [short(name, 12) for name in counts.index[:MOST_BARS]]
    lengths = counts.iloc[:MOST_BARS].tolist()
    if len(counts) > MOST_BARS:
        rest = counts.iloc[MOST_BARS:]
        names, lengths = [*names, f"{len(rest)} others"], [*lengths, int(rest.sum())]
    axes.barh(range(len(names)), lengths, color=BLUE)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.locator_params(axis="x", nbins=3)


def _few_ticks(axes: Axes, role: Role) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    if role == "date":
        locator = AutoDateLocator(minticks=2, maxticks=4)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    else:
        axes.locator_params(axis="x", nbins=4)


def _identity_like(matrix: pd.DataFrame) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    return pd.DataFrame(np.eye(len(matrix)), index=matrix.index, columns=matrix.columns)
