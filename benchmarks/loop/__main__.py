"""Measure the closed loop, print the figures and write its part of docs/benchmarks.md.

  false_alarms   a year of undrifted days: share of days flagged, retrains a year,
                 and Evidently's default preset on some of the same days
  power          shifted days: share detected, and days until the retrain
  episodes       retrains an episode, whatever becomes of them
  speed          a verdict on 1,000,000 rows beside Evidently, NannyML and SciPy
  memory         10,000 to 10,000,000 rows straight from Parquet: memory and time
  ticks          the drift sensor's ticks: one model's, and 500 models' under a real daemon

Leave the machine alone meanwhile: all cores are used. `speed` installs NannyML in a temporary
folder; `memory` writes up to 4 GiB there. The page is written when all parts have run.

Example:
  python -m benchmarks.loop --only false_alarms,power --seeds 2
"""

import argparse
import os
from collections.abc import Callable

from benchmarks.__main__ import BUSY, PAGE
from benchmarks.checkout import ROOT
from benchmarks.loop import episodes, false_alarms, memory, power, speed, ticks
from benchmarks.report import Report

# Each takes the report and the number of seeds.
PARTS: dict[str, Callable[[Report, int], None]] = {
    "false_alarms": false_alarms.run,
    "power": power.run,
    "episodes": episodes.run,
    "speed": speed.run,
    "memory": memory.run,
    "ticks": ticks.run,
}
ABOUT = (
    "What is counted has\n"
    "fixed seeds and comes out the same on every machine. What is timed has both sides in one\n"
    "run, each in a fresh process; figures are medians with the smallest and the greatest in\n"
    "brackets. Policy and thresholds are the defaults."
)


def main() -> None:
    """Run the parts that were asked for."""
    given = _parser().parse_args()
    report = Report("The closed loop", ABOUT)
    if (load := os.getloadavg()[0]) > BUSY:
        print(f"The machine is busy (load {load:.1f}): trust no time of this run.", flush=True)
    for part in given.only:
        print(f"{part}: {given.seeds} seeds", flush=True)
        PARTS[part](report, given.seeds)
    if set(given.only) == set(PARTS):
        report.write(PAGE, f"python -m benchmarks.loop --seeds {given.seeds}")
        print(f"written to {PAGE.relative_to(ROOT)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.loop",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only", type=_parts, default=list(PARTS), help="parts to run, such as power,episodes"
    )
    parser.add_argument(
        "--seeds",
        type=_several,
        default=20,
        help="references that are simulated; power and episodes are repeated 5 times with each "
        "(default: 20)",
    )
    return parser


def _parts(text: str) -> list[str]:
    parts = text.split(",")
    if unknown := [part for part in parts if part not in PARTS]:
        raise argparse.ArgumentTypeError(f"no part {unknown}; the parts are {list(PARTS)}")
    return parts


def _several(text: str) -> int:
    if not text.isdigit() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 1")
    return int(text)


if __name__ == "__main__":
    main()
