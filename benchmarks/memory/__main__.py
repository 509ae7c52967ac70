"""Measure the memory of a retrain and of a day, print the figures and write their part of the page.

  whole   a retrain on all of 1,000,000 rows x 14 columns
  sample  retrains on a sample of 1,000,000 rows, of tables of several sizes x 20 columns, and one
          day of at most 10,000,000 rows scored and judged by the first one's model

A temporary folder (TMPDIR) gets 700 bytes a row: 35 GB for 50 million. Times hold on an idle
machine only. The page is written when all parts have run.

Example:
  python -m benchmarks.memory --rows 1,10
"""

import argparse
from collections.abc import Callable

from benchmarks.command import PAGE
from benchmarks.memory import sample, whole
from benchmarks.report import Report

PARTS: dict[str, Callable[[Report, list[int]], None]] = {"whole": whole.run, "sample": sample.run}
SIZES = "1,10,50"
ABOUT = (
    "Real commands, `mlops-assets retrain` and `monitor`, each a process of its own; memory is\n"
    "the most that the process ever had, interpreter and libraries included. Each figure is one\n"
    "measurement. The model is a logistic regression: the cheaper the model, the more all else\n"
    "counts."
)


def main() -> None:
    """Run the requested parts; if these are all parts, write the page."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.memory",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rows", default=SIZES, help=f"sizes in millions (default: {SIZES})")
    parser.add_argument("--only", choices=[*PARTS], help="run one part")
    given = parser.parse_args()
    sizes = [int(float(it) * 1_000_000) for it in given.rows.split(",")]
    report = Report("Tables larger than memory", ABOUT)
    for part in [given.only] if given.only else PARTS:
        PARTS[part](report, sizes)
    if not given.only:
        report.write(PAGE, f"python -m benchmarks.memory --rows {given.rows}")


if __name__ == "__main__":
    main()
