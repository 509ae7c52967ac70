"""Measure what the project costs, print the figures and write docs/benchmarks.md.

  retrain   `mlops-assets retrain` against a plain script that does the same work,
            at 10,000 and 100,000 rows: wall and CPU time, and where the time goes
  load      loading the code location against `import dagster`, with 1 to 500 models
  again     a second, identical retrain: its time, and that it stores nothing new
  registry  promote, rollback, and the lists with 1,000 versions; kills in between
  backup    backup and restore of 1 GB while eight retrains are going on

Leave the machine alone meanwhile. The page is written when all parts have run.

Example:
  python -m benchmarks --only load,again --rounds 1
"""

import argparse
import os

from benchmarks import again, backup, load, registry, retrain
from benchmarks.checkout import ROOT
from benchmarks.report import Report

PARTS = {
    "retrain": retrain.run,
    "load": load.run,
    "again": again.run,
    "registry": registry.run,
    "backup": backup.run,
}
BUSY = 0.5  # processes that want to run, before we start any
PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> None:
    """Run the parts that were asked for."""
    given = _parser().parse_args()
    report = Report()
    if (load := os.getloadavg()[0]) > BUSY:
        print(f"The machine is busy (load {load:.1f}): trust no figure of this run.", flush=True)
    for part in given.only:
        print(f"{part}: {given.rounds} rounds", flush=True)
        PARTS[part](report, given.rounds)
    if set(given.only) == set(PARTS):
        report.write(PAGE, f"python -m benchmarks --rounds {given.rounds}")
        print(f"written to {PAGE.relative_to(ROOT)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only", type=_parts, default=list(PARTS), help="parts to run, such as retrain,load"
    )
    parser.add_argument(
        "--rounds", type=_positive, default=3, help="how often each is measured (default: 3)"
    )
    return parser


def _parts(text: str) -> list[str]:
    parts = text.split(",")
    if unknown := [part for part in parts if part not in PARTS]:
        raise argparse.ArgumentTypeError(f"no part {unknown}; the parts are {list(PARTS)}")
    return parts


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


if __name__ == "__main__":
    main()
