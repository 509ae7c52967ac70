"""Compare this state of the project with an earlier one, and write docs/benchmarks.md.

  retrain   `mlops-assets retrain` and loading the code location, in turns
  suite     `make test` of both, and `make test-fast`: about an hour

Leave the machine alone meanwhile.

Example:
  python -m benchmarks.earlier 28fbbfc --only retrain --rounds 5
"""

import argparse

from benchmarks.command import PAGE
from benchmarks.earlier import retrain, suite
from benchmarks.earlier.worktree import short_name, worktree
from benchmarks.report import Report

PARTS = ("retrain", "suite")


def main() -> None:
    """Measure the requested parts, and write each to the page."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.earlier",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("revision", help="the earlier state, as git names it")
    parser.add_argument("--only", choices=PARTS, help="one part (default: both)")
    parser.add_argument("--rounds", type=int, default=5, help="of `retrain` (default: 5)")
    given = parser.parse_args()
    name = short_name(given.revision)
    with worktree(given.revision) as earlier:
        for part in [given.only] if given.only else PARTS:
            report = Report(f"This state and {name}: {part}")
            if part == "retrain":
                retrain.run(report, earlier, name, given.rounds)
            else:
                suite.run(report, earlier, name)
            report.write(PAGE, f"python -m benchmarks.earlier {name} --only {part}")


if __name__ == "__main__":
    main()
