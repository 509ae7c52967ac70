"""Measure the review pack, print the figures and write its part of docs/benchmarks.md.

  fairness  differences between groups, and every metric of each, beside fairlearn
  slices    slices by one and two columns, beside a loop over pandas' groupby
  errors    the page of mistakes, beside tables by pandas
  shap      what each column adds, beside a script with the same sampling; and within its budget
  calibration  curve, histogram and metrics, beside scikit-learn and matplotlib
  threshold  scores by threshold, beside scikit-learn and matplotlib
  validation  metrics of the three sides, beside scikit-learn's cross-validation
  whole     all of these, beside all the scripts

A part is a file with `run(report, rounds)`; `sides.compare` measures both sides in turns.
Leave the machine alone meanwhile. The page is written when all parts have run.

Example:
  python -m benchmarks.review_pack --only fairness --rounds 1
"""

from benchmarks.command import Part, run
from benchmarks.report import Report
from benchmarks.review_pack import (
    calibration,
    errors,
    fairness,
    shap,
    slices,
    threshold,
    validation,
    whole,
)

PARTS: dict[str, Part] = {
    "fairness": fairness.run,
    "slices": slices.run,
    "errors": errors.run,
    "shap": shap.run,
    "calibration": calibration.run,
    "threshold": threshold.run,
    "validation": validation.run,
    "whole": whole.run,
}
ABOUT = (
    "Both sides work on the same\n"
    "predictions for the same held-out rows, in one process and in turns (A B A B), after a round\n"
    "that is not counted; figures are seconds of the processor, medians with the smallest and the\n"
    "greatest in brackets, a ratio is taken round by round. Imports, the fit and its predictions\n"
    "are not in them."
)

if __name__ == "__main__":
    run(
        PARTS,
        Report("The review pack", ABOUT),
        module="benchmarks.review_pack",
        about=str(__doc__),
        repeats="rounds",
        usual=3,
    )
