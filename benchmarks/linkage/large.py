"""Benchmark linkage of a million rows: time and memory."""

import statistics
import tempfile
from pathlib import Path

from benchmarks.linkage.linked import SHOWN, ours, shown
from benchmarks.linkage.people import people
from benchmarks.report import Report, met, progress, spread, table

ROWS, SEED = 1_000_000, 0
MOST_SECONDS, MOST_MIB = 90, 3 * 1024
ABOUT = (
    f"{ROWS:,} simulated citizens in a Parquet file, trained on and clustered through the kind in\n"
    "a fresh process. Memory is the most that it ever had, interpreter and libraries included."
)


def run(report: Report, rounds: int) -> None:
    """Link the same people in every round."""
    found = []
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        folder = people(Path(holder) / "people", ROWS, SEED)
        for number in range(1, rounds + 1):
            found.append(ours(folder))
            took = found[-1].took
            cost = f"{took.wall:.1f} s, {took.peak_mib:,.0f} MiB"
            progress(f"{ROWS:,} rows, round {number} of {rounds}: {cost}")
    seconds, peak = [it.took.wall for it in found], max(it.took.peak_mib for it in found)
    middle = statistics.median(seconds)
    rows = [
        ("", "measured", "goal", ""),
        ("wall time", spread(seconds), f"<= {MOST_SECONDS} s", met(middle <= MOST_SECONDS)),
        ("peak memory", f"{peak:,.0f} MiB", f"<= {MOST_MIB:,} MiB", met(peak <= MOST_MIB)),
    ]
    rows += [(*it, "", "") for it in zip(SHOWN, shown(found[-1].metrics), strict=True)]
    report.section(f"{ROWS:,} rows", ABOUT, table(rows))
