"""Ways to bound what days differ by, on the same placebos; the product has the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.placebo.rates import CORRELATIONS, GOAL, RATE, placebo_days, placebos
from benchmarks.placebo.streams import streams
from benchmarks.placebo.world import COLUMNS, Reference, reference
from benchmarks.report import Report, met, progress, table
from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.calibration import level_of_one
from mlops_assets.monitoring.drift.column_days import ColumnDays
from mlops_assets.monitoring.drift.day_bounds import distances, main_direction, upper_tail
from mlops_assets.monitoring.drift.reference_days import reference_days
from mlops_assets.monitoring.drift.statistics import count_statistics
from mlops_assets.monitoring.drift.wandering import widening

if TYPE_CHECKING:
    import pandas as pd

SHIFT, WEEK, RESAMPLES = 2.0, 7, 500
SIZE = 500


class Column(NamedTuple):
    """One column of a placebo: what the reference's blocks and the live ones score."""

    scores: np.ndarray
    series: np.ndarray
    live: np.ndarray
    moved: np.ndarray
    """The live blocks' change of the mean in standard deviations; labels have none."""


def tail_and_wandering(column: Column, level: float) -> float:
    """The product's: an extrapolated quantile, widened for few days and wandering levels."""
    return upper_tail(column.scores, level) * widening(column.series, level)


def conformal(column: Column, level: float) -> float:
    """The order statistic that a further exchangeable block exceeds with probability `level`.

    Infinite where there are too few blocks for that (Vovk et al. 2005).
    """
    rank = int(np.ceil((1 - level) * (len(column.scores) + 1)))
    return float(np.sort(column.scores)[rank - 1]) if rank <= len(column.scores) else np.inf


def block_bootstrap(column: Column, level: float) -> float:
    """The upper 95 % end of the tail quantile, over drawn runs of seven blocks (Künsch 1989)."""
    rng, count = np.random.default_rng(0), len(column.scores)
    starts = rng.integers(count - WEEK + 1, size=(RESAMPLES, -(-count // WEEK)))
    drawn = column.scores[(starts[..., None] + np.arange(WEEK)).reshape(RESAMPLES, -1)]
    return float(np.quantile([upper_tail(it, level) for it in drawn], 0.95))


def random_effects(column: Column, level: float) -> float:
    """Days as normal random effects: squared distances are about a scaled chi-squared.

    Its scale and degrees of freedom match their mean and variance (Satterthwaite 1946).
    """
    from scipy.stats import chi2

    squares = column.scores**2
    if not squares.any():
        return 0.0
    scale = squares.var() / (2 * squares.mean())
    return float(np.sqrt(scale * chi2.isf(level, squares.mean() / scale)))


def random_effects_and_wandering(column: Column, level: float) -> float:
    """The same, widened like the product's."""
    return random_effects(column, level) * widening(column.series, level)


WAYS: dict[str, Callable[[Column, float], float]] = {
    "tail and wandering": tail_and_wandering,
    "conformal": conformal,
    "block bootstrap": block_bootstrap,
    "random effects": random_effects,
    "the same, wandering": random_effects_and_wandering,
}


def run(report: Report, times: int) -> None:
    """Every stream by halves, and simulated days that follow their reference."""
    rows: list[tuple[str, ...]] = [("placebo", *WAYS)]
    worst = np.zeros(len(WAYS))
    for name, columns, worlds in _all_placebos(times):
        shares = [_compared(columns, reference(before, columns), live) for before, live in worlds]
        flagged, seen = np.mean(shares, axis=0).T
        worst = np.maximum(worst, flagged)
        rows.append((name, *(f"{a:.1%}, {b:.0%}" for a, b in zip(flagged, seen, strict=True))))
        progress("  ".join(rows[-1]))
    rows.append(("most flagged", *(f"{share:.1%}, {met(bool(share <= GOAL))}" for share in worst)))
    report.section("Bounds on the same placebos", ABOUT, table(rows))


def _all_placebos(
    times: int,
) -> Iterator[tuple[str, Columns, list[tuple[pd.DataFrame, pd.DataFrame]]]]:
    for stream in streams():
        for name, before, live in placebos(stream):
            yield f"{stream.name}, {stream.half}, {name}", stream.columns, [(before, live)]
    for rho in CORRELATIONS:
        worlds = [placebo_days(rho, SIZE, "", "following", seed) for seed in range(times)]
        yield f"ρ {rho}, {SIZE} rows, following", COLUMNS, worlds


def _compared(columns: Columns, judge: Reference, live: pd.DataFrame) -> list[tuple[float, float]]:
    """For each way the share of blocks flagged, and of shifted columns that are detected."""
    live = live.reset_index(drop=True)
    days = reference_days(live, columns, judge.profile, live["day"])
    level = level_of_one(RATE, count_statistics(judge.profile))
    pairs = {
        name: _column(role, judge.days.columns[name], days.columns[name])
        for name, role in columns.roles()
    }
    return [_judged(pairs, level, bound) for bound in WAYS.values()]


def _judged(
    pairs: dict[str, Column], level: float, bound: Callable[[Column, float], float]
) -> tuple[float, float]:
    thresholds = {name: bound(it, level) for name, it in pairs.items()}
    flagged = np.any([it.live > thresholds[name] for name, it in pairs.items()], axis=0)
    seen = [
        np.abs(it.moved + SHIFT) > thresholds[name] for name, it in pairs.items() if len(it.moved)
    ]
    return float(flagged.mean()), float(np.mean(seen))


def _column(role: str, known: ColumnDays, live: ColumnDays) -> Column:
    statistic = "Wasserstein" if role == "numeric" else "Jensen–Shannon"
    cells, others = known.cells, known.others(known.cells)
    mean = np.broadcast_to(known.mean(), live.cells.shape)
    scores = distances(statistic, cells, others)
    moved = (mean - live.cells).sum(axis=1) if role == "numeric" else np.empty(0)
    series = cells.sum(axis=1) if role == "numeric" else main_direction(cells)
    return Column(scores, series, distances(statistic, live.cells, mean), moved)


ABOUT = (
    "Each cell: the share of blocks called drift by any column, and the share of numeric columns\n"
    f"and blocks on which a shift by {SHIFT:g} standard deviations is seen. All bounds are at the\n"
    "same level and start from the same distances of the reference's blocks; `conformal` has no\n"
    f"bound where a level needs more blocks than there are. Goal for `most flagged`: {GOAL:.0%}."
)
