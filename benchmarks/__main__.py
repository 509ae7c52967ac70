"""Measure what the project costs, print the figures and write docs/benchmarks.md.

  retrain   `mlops-assets retrain` against a plain script that does the same work,
            at 10,000 and 100,000 rows: wall and CPU time, and where the time goes
  load      loading the code location against `import dagster`, with 1 to 500 models
  again     a second, identical retrain: its time, and that it stores nothing new
  registry  promote, rollback, and the lists with 1,000 versions; kills in between
  backup    backup and restore of 1 GB while eight retrains are going on
  linkage   golden_record: right on fresh seeds and on FEBRL, beside bare Splink, 1,000,000 rows

Leave the machine alone meanwhile. The page is written when all parts have run.

Example:
  python -m benchmarks --only load,again --rounds 1
"""

from benchmarks import again, backup, load, registry, retrain
from benchmarks.command import Part, run
from benchmarks.linkage import sections
from benchmarks.report import Report

PARTS: dict[str, Part] = {
    "retrain": retrain.run,
    "load": load.run,
    "again": again.run,
    "registry": registry.run,
    "backup": backup.run,
    "linkage": sections.run,
}

if __name__ == "__main__":
    run(PARTS, Report(), module="benchmarks", about=str(__doc__), repeats="rounds", usual=3)
