"""Measure golden_record, print the figures and write its part of docs/benchmarks.md.

  quality   quality on 100,000 fresh people, with an id of the person and of the family
  febrl     the same on the public data sets FEBRL 1 to 3
  defaults  without settings on Splink's fake_1000 and FEBRL 4, compared with Splink by hand
  entities  a day of new citizens against comparing everything, and golden names
  splink    100,000 rows, compared with a script that uses Splink directly
  large     1,000,000 rows: seconds and memory

Leave the machine alone meanwhile. The page is written when all parts have run.

Example:
  python -m benchmarks.linkage --only quality,febrl
"""

from benchmarks.command import Part, run
from benchmarks.linkage import beside_splink, defaults, entities, febrl, large, quality
from benchmarks.report import Report

PARTS: dict[str, Part] = {
    "quality": quality.run,
    "febrl": febrl.run,
    "defaults": defaults.run,
    "entities": entities.run,
    "splink": beside_splink.run,
    "large": large.run,
}
ABOUT = (
    "What is counted has fixed seeds.\n"
    "What is timed is in fresh processes, where there are two sides in turns (A B A B); figures\n"
    "are medians with the smallest and the greatest in brackets."
)

if __name__ == "__main__":
    run(
        PARTS,
        Report("Golden records", ABOUT),
        module="benchmarks.linkage",
        about=str(__doc__),
        repeats="rounds",
        usual=3,
    )
