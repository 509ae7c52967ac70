"""Share of shifted days that are called drift, beside Evidently's defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.loop.evidently_day import dataset, preset
from benchmarks.placebo.rates import LIVE, LONG
from benchmarks.placebo.streams import streams
from benchmarks.placebo.world import COLUMNS, Reference, blocks, reference, simulated
from benchmarks.report import Report, progress, table
from mlops_assets.features.columns import Columns

if TYPE_CHECKING:
    import pandas as pd

SHIFTS = (0.0, 0.5, 1.0, 2.0)
BLOCKS, EVIDENTLY_BLOCKS = 25, 6


def run(report: Report, times: int) -> None:
    """Shifts of one numeric column at a time."""
    rows = [("days, shifted column", *(f"{shift:g} sd" for shift in SHIFTS))]
    for stream in streams():
        if stream.half == "report":
            odd = stream.rows["day"].rank(method="dense") % 2 == 1
            rows += _rows(stream.name, stream.rows[odd], stream.rows[~odd], stream.columns)
    for correlation in (0.0, 0.5, 0.9, 0.99):
        rng = np.random.default_rng([7, int(1000 * correlation)])
        made = simulated(LONG + LIVE, 500, correlation, "", rng)
        before = (made["day"] - made["day"].min()).dt.days < LONG
        few = Columns(numeric=COLUMNS.numeric[:1], categorical=COLUMNS.categorical)
        rows += _rows(f"ρ {correlation}, 500 rows", made[before], made[~before], COLUMNS, few)
    report.section("Power at these rates", ABOUT, table(rows))


def _rows(
    name: str,
    before: pd.DataFrame,
    live: pd.DataFrame,
    columns: Columns,
    moved: Columns | None = None,
) -> list[tuple[str, ...]]:
    judge = reference(before, columns)
    spread = before[columns.numeric].std()
    found = [*blocks(live, judge.days.unit)]
    chosen = [found[at] for at in np.linspace(0, len(found) - 1, BLOCKS).astype(int)]
    rows = []
    for column in (moved or columns).numeric:
        shares = [_shares(judge, chosen, column, shift * spread[column]) for shift in SHIFTS]
        texts = (" / ".join(f"{share:.0%}" for share in ways) for ways in shares)
        rows.append((f"{name}, {column}", *texts))
        progress("  ".join(rows[-1]))
    rows.append((f"{name}, any column: Evidently", *_evidently(before, chosen, columns, spread)))
    progress("  ".join(rows[-1]))
    return rows


def _shares(judge: Reference, days: list[pd.DataFrame], column: str, by: float) -> list[float]:
    moved = [day.assign(**{column: day[column] + by}) for day in days]
    ways: list[dict] = [{}, {"season": True}, {"independent": True}]
    return [float(np.mean([judge.status(day, **it) == "drift" for day in moved])) for it in ways]


def _evidently(
    before: pd.DataFrame, days: list[pd.DataFrame], columns: Columns, spread: pd.Series
) -> list[str]:
    """Share of days with any drifted column, the first column shifted."""
    known, column = dataset(before, columns), columns.numeric[0]
    shares = []
    for shift in SHIFTS:
        moved = (
            it.assign(**{column: it[column] + shift * spread[column]})
            for it in days[:: max(1, len(days) // EVIDENTLY_BLOCKS)]
        )
        seen = [preset(known, dataset(day, columns)).columns > 0 for day in moved]
        shares.append(f"{np.mean(seen):.0%}")
    return shares


ABOUT = (
    "One numeric column is shifted on every judged block, by standard deviations of the reference\n"
    "(0: the placebo itself). `days / season / independent`: the share of blocks called drift\n"
    "with thresholds that know the days, within the season too (`expected: season`), and with\n"
    "those for independent rows, which flag most blocks without any shift. Evidently's default\n"
    "preset: any column drifted, the first one shifted.\n"
    "NannyML fails at its import here: it needs statsmodels, which it does not declare."
)
