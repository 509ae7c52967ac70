"""Benchmark verdicts from Parquet: constant memory, time proportional to rows."""

from __future__ import annotations

import shutil
import tempfile
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.loop.child import run_module
from benchmarks.report import Report, met, progress, table

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
ROUNDS = {10_000: 5, 100_000: 5, 1_000_000: 3, 10_000_000: 1}
"""Repetitions by rows; the median counts."""
FREE_BYTES = 6 << 30
MOST_MIB = 512
LINEAR = 1.25
"""Maximum cost of a further row from 1 to 10 million, relative to 0.1 to 1 million."""
ABOUT = (
    "`profile_parquet` of a reference file and of a day's file with as many rows, then the\n"
    "verdict: 15 numeric and 5 categorical columns, row groups of 1,000,000 rows. In a\n"
    "fresh process; memory is the most that it ever had, interpreter and libraries\n"
    "included. The verdict itself does not grow: it draws days to calibrate its bounds\n"
    "where there are few rows, and need not where there are many. A further million: what\n"
    "the day takes more than at the size before, for each million rows."
)

Figures = dict[int, dict[str, Any]]


def run(report: Report, seeds: int) -> None:
    """Measure each size; the number of seeds does not matter."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        if (free := shutil.disk_usage(holder).free) < FREE_BYTES:
            raise RuntimeError(
                f"{free >> 20} MiB free in {Path(holder).parent}, {FREE_BYTES >> 20} needed"
            )
        for rows in SIZES:
            figures[rows] = _measured(Path(holder), rows)
            shown = ", ".join(f"{name} {value:.2f}" for name, value in figures[rows].items())
            progress(f"{rows:,} rows: {shown}")
    report.section("Straight from Parquet", ABOUT, [*table(_rows(figures)), "", *_goals(figures)])


def _measured(folder: Path, rows: int) -> dict[str, Any]:
    paths = [folder / f"{which}.parquet" for which in ("reference", "current")]
    for path in paths:
        run_module("wide", path, rows, path.stem)
    found = [run_module("memory_ours", *paths) for _ in range(ROUNDS[rows])]
    size = sum(path.stat().st_size for path in paths)
    for path in paths:
        path.unlink()
    return {
        "reference": median(one["reference"] for one in found),
        "day": median(one["day"] for one in found),
        "verdict": median(one["verdict"] for one in found),
        "peak_mib": max(one["peak_mib"] for one in found),
        "file_mib": size / (1 << 20),
    }


def _rows(figures: Figures) -> list[tuple[str, ...]]:
    rows = [("rows in each", "both files", "reference", "day", "verdict")]
    rows[0] += ("a further million", "peak memory")
    further = ["", *(f"{each:.2f} s" for each in _further(figures))]
    for (size, one), each in zip(figures.items(), further, strict=True):
        seconds = (f"{one[what]:.2f} s" for what in ("reference", "day", "verdict"))
        peak = f"{one['peak_mib']:.0f} MiB"
        rows.append((f"{size:,}", f"{one['file_mib']:,.0f} MiB", *seconds, each, peak))
    return rows


def _further(figures: Figures) -> list[float]:
    """Seconds per further million rows of the day, from one size to the next."""
    return [
        1e6 * (figures[more]["day"] - figures[less]["day"]) / (more - less)
        for less, more in pairwise(figures)
    ]


def _goals(figures: Figures) -> list[str]:
    most = max(one["peak_mib"] for one in figures.values())
    *_, before, last = _further(figures)
    return [
        f"memory: {most:.0f} MiB; goal <= {MOST_MIB}, {met(most <= MOST_MIB)}",
        f"time: a row from 1 to 10 million costs {last / before:.2f} times one from 0.1 to 1 "
        f"million; goal <= {LINEAR}, {met(last <= LINEAR * before)}",
    ]
