"""Measure the registry, print the figures and write its part of docs/benchmarks.md.

  commands  promote, rollback, and the lists with 1,000 versions; kills in between
  backup    backup and restore of 1 GB during eight retrains

Leave the machine alone meanwhile. The page is written when all parts have run.

Example:
  python -m benchmarks.registry --only commands --rounds 1
"""

from benchmarks.command import Part, run
from benchmarks.registry import backup, commands
from benchmarks.report import Report

PARTS: dict[str, Part] = {"commands": commands.run, "backup": backup.run}
ABOUT = (
    "Whole commands, each in a fresh process; figures are medians with the smallest and the\n"
    "greatest in brackets. Seconds depend on the machine."
)

if __name__ == "__main__":
    run(
        PARTS,
        Report("The registry", ABOUT),
        module="benchmarks.registry",
        about=str(__doc__),
        repeats="rounds",
        usual=3,
    )
