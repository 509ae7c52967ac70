"""Shares of placebo days that are called drift."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.placebo.streams import Stream, streams
from benchmarks.placebo.world import COLUMNS, Reference, blocks, reference, simulated
from benchmarks.report import Report, met, progress, table

if TYPE_CHECKING:
    import pandas as pd

RATE = 0.01
GOAL = 2 * RATE
CORRELATIONS, SIZES = (0.0, 0.5, 0.9, 0.99), (24, 500, 5_000)
LONG, LIVE = 180, 60
YEAR = 365


def flagged(judge: Reference, live: pd.DataFrame) -> tuple[int, int, int]:
    """Blocks called drift with the days and as if independent, and the blocks judged."""
    found = [
        (judge.status(it), judge.status(it, independent=True))
        for it in blocks(live, judge.days.unit)
    ]
    judged = [it for it in found if it[0] != "inconclusive"]
    ours, independent = (sum(it[at] == "drift" for it in judged) for at in (0, 1))
    return ours, independent, len(judged)


def flagged_in_season(judge: Reference, live: pd.DataFrame) -> float:
    """The share of blocks called drift where every column is `expected: season`."""
    found = [judge.status(it, season=True) for it in blocks(live, judge.days.unit)]
    judged = [it for it in found if it != "inconclusive"]
    return judged.count("drift") / max(len(judged), 1)


def placebos(stream: Stream) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Name, reference rows and live rows of each placebo of a stream."""
    rows = stream.rows
    number = (rows["day"] - rows["day"].min()).dt.days
    yield "odd and even days", rows[number % 2 == 0], rows[number % 2 == 1]
    yield "odd and even weeks", rows[number // 7 % 2 == 0], rows[number // 7 % 2 == 1]


def on_streams(report: Report, times: int) -> None:
    """Every stream by halves."""
    heads = "stream, half, placebo", "blocks", "of", "reference", "independent", "days", "goal"
    rows: list[tuple[str, ...]] = [(*heads, "season", "goal")]
    for stream in streams():
        for name, before, live in placebos(stream):
            judge = reference(before, stream.columns)
            row = _row(f"{stream.name}, {stream.half}, {name}", judge, [(judge, live)])
            season = flagged_in_season(judge, live)
            rows.append((*row, f"{season:.1%}", met(season <= GOAL)))
            progress("  ".join(rows[-1]))
    report.section("Placebos on real streams", ABOUT_STREAMS, table(rows))


def on_simulated_days(report: Report, times: int) -> None:
    """AR(1) days: interleaved, and live days that follow the reference."""
    rows: list[tuple[str, ...]] = [
        ("days", "blocks", "of", "reference", "independent", "days", "goal")
    ]
    cases = [(it, size, "") for it in CORRELATIONS for size in SIZES]
    cases += [(0.5, size, season) for size in SIZES[:2] for season in ("weekday", "year")]
    for correlation, size, season in cases:
        for form in ("interleaved", "following"):
            runs = [_simulated(correlation, size, season, form, seed) for seed in range(times)]
            named = f"ρ {correlation}, {size} rows{season and f', {season}'}, {form}"
            rows.append(_row(named, runs[0][0], runs))
            progress("  ".join(rows[-1]))
    report.section("Placebos on simulated days", ABOUT_SIMULATED, table(rows))


def _simulated(
    correlation: float, size: int, season: str, form: str, seed: int
) -> tuple[Reference, pd.DataFrame]:
    before, live = placebo_days(correlation, size, season, form, seed)
    return reference(before, COLUMNS), live


def placebo_days(
    correlation: float, size: int, season: str, form: str, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulated reference rows and live rows, `interleaved` by day or `following`."""
    rng = np.random.default_rng([seed, size, int(1000 * correlation)])
    long = YEAR if season == "year" else LONG
    days = 2 * long if form == "interleaved" else long + LIVE
    made = simulated(days, size, correlation, season, rng)
    number = (made["day"] - made["day"].min()).dt.days
    before = number % 2 == 0 if form == "interleaved" else number < long
    live = made[~before]
    return made[before], live[live["day"].rank(method="dense") <= LIVE]


def _row(
    name: str, judge: Reference, runs: list[tuple[Reference, pd.DataFrame]]
) -> tuple[str, ...]:
    found = np.array([flagged(*run) for run in runs]).sum(axis=0)
    ours, independent, judged = found.tolist()
    share = ours / max(judged, 1)
    kept = "none" if judge.days.first is None else str(judge.days.blocks)
    return (
        name,
        str(judged),
        str(judge.days.unit),
        kept,
        f"{independent / max(judged, 1):.1%}",
        f"{share:.1%}",
        met(bool(judged) and share <= GOAL),
    )


ABOUT_STREAMS = (
    "Half of the days of a stream are the reference and the others are judged, so nothing can\n"
    "have drifted. `blocks` are what was judged, each `of` as many days as have enough rows;\n"
    "`reference` counts the blocks of the reference. Flagged with thresholds for `independent`\n"
    f"rows, with those that know the `days`, and with every column `expected: season`, which\n"
    f"compares a block with those within a month. Goal: at most {GOAL:.0%}, twice the rate of\n"
    f"{RATE:.0%}. The calibration was chosen on the halves `tuned`, but both halves had been seen\n"
    "by then; that twenty days alike are needed was chosen on the halves `tuned` alone."
)
ABOUT_SIMULATED = (
    "Five columns whose level is an AR(1) process over days with the correlation ρ, a fifth of\n"
    "the variance; `weekday` and `year` move three of them. `interleaved`: every other day is\n"
    f"live; `following`: {LIVE} days after the reference. The same goal."
)
