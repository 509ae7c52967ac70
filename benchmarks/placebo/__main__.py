"""Judge days that cannot have drifted, and shifted ones, and write the page's part on them.

  streams     odd and even days and weeks of the real streams in ../shared/data
  simulated   AR(1) days of 24 to 5,000 rows, with weekday and season
  power       shifts of one column, beside the independent thresholds and Evidently
  bounds      four ways to bound what days differ by; the product has the first
  retrains    retrains by the sum of many days' excess, with and without a change
  changes     what a comparison with the blocks just before would see; not in the product

Example:
  python -m benchmarks.placebo --only streams
"""

from benchmarks.command import run
from benchmarks.placebo import bounds, changes, power, rates, retrains
from benchmarks.report import Report

if __name__ == "__main__":
    run(
        {
            "streams": rates.on_streams,
            "simulated": rates.on_simulated_days,
            "power": power.run,
            "bounds": bounds.run,
            "retrains": retrains.run,
            "changes": changes.run,
        },
        Report(
            "Days that depend on each other",
            "Fixed seeds: the same on every machine. The false-alarm rate is the default, 1 %.",
        ),
        module="benchmarks.placebo",
        about=str(__doc__),
        repeats="worlds",
        usual=6,
    )
