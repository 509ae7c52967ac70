"""Figures of the entities: their sizes, and the match weights of their pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.figures.style import BLUE, GREY, canvas, label, legend, log_counts

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def cluster_sizes(golden_ids: pd.Series, most_records: int) -> Figure:
    """Entities by number of records: good is few above two or three, and none to review."""
    sizes = golden_ids.value_counts().value_counts().sort_index()
    most = max([most_records, *sizes.index])
    figure, (axes,) = canvas(3.6)
    axes.bar(sizes.index, sizes.to_numpy(), color=BLUE)
    log_counts(axes)
    axes.axvline(most_records + 0.5, color=GREY, linestyle=":", label="review above")
    axes.set_xlim(0.4, most + 0.9)
    label(axes, f"{len(golden_ids):,} records of {sizes.sum():,} people", "records", "people")
    legend(axes)
    return figure


def pair_weights(pairs: pd.DataFrame, match_weight: float) -> Figure:
    """Match weights of pairs above the review threshold: good is few left of the match line."""
    figure, (axes,) = canvas(3.6)
    if len(pairs):
        axes.hist(pairs["match_weight"], bins=50, color=BLUE)
    axes.axvline(match_weight, color=GREY, linewidth=1.2, label="match")
    label(axes, f"Match weights of {len(pairs):,} pairs", "match weight (bits)", "pairs")
    legend(axes)
    return figure
