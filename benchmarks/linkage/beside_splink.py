"""Benchmark the kind against a script that uses Splink directly."""

import statistics
import tempfile
from pathlib import Path

from benchmarks.linkage.linked import SHOWN, Linked, ours, plain, shown
from benchmarks.linkage.people import people
from benchmarks.report import Report, met, progress, ratio, spread, table
from benchmarks.stopwatch import step_seconds

ROWS, SEED, MOST = 100_000, 0, 1.2
ABOUT = (
    f"{ROWS:,} simulated citizens in a Parquet file: train and cluster them through the kind, and\n"
    "with `benchmarks/linkage/plain.py`, which uses Splink directly: the same cleaning in SQL,\n"
    "the same blocking rules and comparisons, prior, u on 2,000,000 random pairs, EM on the same\n"
    "blocks, predict, cluster, write. Whole processes. Only ours finds the rules in the data,\n"
    "counts pairs before it makes them, keeps term frequencies and samples with the model, keeps\n"
    "different ids apart, and says the best pair and a decision of every record. Only ours uses\n"
    "all processors for so few rows."
)


def run(report: Report, rounds: int) -> None:
    """Link the same people with both, in turns."""
    mine, theirs = [], []
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        folder = people(Path(holder) / "people", ROWS, SEED)
        warm = ours(folder)  # not counted; saves the settings
        plain(folder, warm.settings)
        for number in range(1, rounds + 1):
            mine.append(ours(folder))
            theirs.append(plain(folder, warm.settings))
            seconds = f"ours {mine[-1].took.wall:.1f} s, Splink {theirs[-1].took.wall:.1f} s"
            progress(f"compared with Splink, round {number} of {rounds}: {seconds}")
    report.section(f"{ROWS:,} rows compared with bare Splink", ABOUT, _lines(mine, theirs))


def _lines(mine: list[Linked], theirs: list[Linked]) -> list[str]:
    wall = [it.took.wall for it in mine], [it.took.wall for it in theirs]
    cpu = [it.took.cpu for it in mine], [it.took.cpu for it in theirs]
    peak = [it.took.peak_mib for it in mine], [it.took.peak_mib for it in theirs]
    middle = statistics.median(a / b for a, b in zip(*wall, strict=True))
    rows = [
        ("", "ours", "Splink", "ours / Splink"),
        ("wall time", *map(spread, wall), ratio(*wall)),
        ("CPU time", *map(spread, cpu), ratio(*cpu)),
        ("peak memory", *(f"{max(it):,.0f} MiB" for it in peak), ""),
    ]
    both = zip(SHOWN, shown(mine[-1].metrics), shown(theirs[-1].metrics), strict=True)
    rows += [(*metric, "") for metric in both]
    goal = f"wall time: {middle:.2f} times Splink's; goal <= {MOST}, {met(middle <= MOST)}"
    return [*table(rows), "", goal, "", *_steps(mine, theirs)]


def _steps(mine: list[Linked], theirs: list[Linked]) -> list[str]:
    """Where the time goes: medians of each step's seconds. Splink's script cleans while reading."""
    ours, plain = _medians(mine), _medians(theirs)
    rows = [(name, f"{ours[name]:.1f} s", f"{plain[name]:.1f} s") for name in ours]
    return table([("step", "ours", "Splink"), *rows])


def _medians(runs: list[Linked]) -> dict[str, float]:
    steps = [step_seconds(run.took.lines, run.took.wall, "") for run in runs]
    return {name: statistics.median(it[name] for it in steps) for name in steps[0]}
