"""Measure the closed loop, print the figures and write its part of docs/benchmarks.md.

  false_alarms   a year of undrifted days: share of days flagged, retrains a year,
                 and Evidently's default preset on some of the same days
  power          shifted days: share detected, and days until the retrain
  episodes       retrains per episode, whatever their outcome
  speed          a verdict on 1,000,000 rows, compared with Evidently, NannyML and SciPy
  memory         10,000 to 10,000,000 rows straight from Parquet: memory and time
  ticks          the drift sensor's ticks: one model's, and 500 models' under a real daemon

Leave the machine alone meanwhile: all cores are used. `speed` installs NannyML in a temporary
folder; `memory` writes up to 4 GiB there. The page is written when all parts have run.

Example:
  python -m benchmarks.loop --only false_alarms,power --seeds 2
"""

from benchmarks.command import Part, run
from benchmarks.loop import episodes, false_alarms, memory, power, speed, ticks
from benchmarks.report import Report

PARTS: dict[str, Part] = {
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

if __name__ == "__main__":
    run(
        PARTS,
        Report("The closed loop", ABOUT),
        module="benchmarks.loop",
        about=str(__doc__),
        repeats="seeds",
        usual=20,
        least=2,
    )
