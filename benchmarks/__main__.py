"""Measure what the project costs, print the figures and write docs/benchmarks.md.

  retrain   `mlops-assets retrain` against a plain script that does the same work,
            at 10,000 and 100,000 rows: wall and CPU time, and where the time goes
  load      loading the code location against `import dagster`, with 1 to 500 models
  again     a second, identical retrain: its time, and that it stores nothing new

Leave the machine alone meanwhile. The page is written when all parts have run.

Example:
  python -m benchmarks --only load,again --rounds 1
"""

from benchmarks import again, load, retrain
from benchmarks.command import Part, run
from benchmarks.report import Report

PARTS: dict[str, Part] = {
    "retrain": retrain.run,
    "load": load.run,
    "again": again.run,
}

if __name__ == "__main__":
    run(PARTS, Report(), module="benchmarks", about=str(__doc__), repeats="rounds", usual=3)
