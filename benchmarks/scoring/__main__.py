"""Measure the assets of a large day, print the figures and write their part of docs/benchmarks.md.

  day   a day in Parquet through live_data, predictions, drift_report and performance_report, each
        in a process of its own, beside the same model's predict on one frame of 1,000,000 rows

Leave the machine alone meanwhile. A temporary folder gets 100 bytes a row. The page is written when
all parts have run.

Example:
  python -m benchmarks.scoring --rows 1000000
"""

from benchmarks.command import Part, run
from benchmarks.report import Report
from benchmarks.scoring import day

PARTS: dict[str, Part] = {"day": day.run}
ABOUT = (
    "The model is heart_disease\n"
    "with a logistic regression instead of its forest: the cheaper the model, the more all else\n"
    "counts. Each figure is one measurement, in a fresh process."
)

if __name__ == "__main__":
    run(
        PARTS,
        Report("A large day", ABOUT),
        module="benchmarks.scoring",
        about=str(__doc__),
        repeats="rows",
        usual=10_000_000,
        least=1_000,
    )
