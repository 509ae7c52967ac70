"""All packs of employee_attrition, one after the other, beside all the scripts."""

from benchmarks.report import Report
from benchmarks.review_pack import (
    calibration,
    errors,
    fairness,
    shap,
    slices,
    threshold,
    validation,
)
from benchmarks.review_pack.holdout import Holdout
from benchmarks.review_pack.sides import by_size

PARTS = (validation, fairness, errors, shap, calibration, threshold)
ABOUT = (
    "The packs that employee_attrition asks for, one after the other, and the scripts of the\n"
    "sections above, which look for slices once. Goal: a ratio of at most 1.25."
)


def run(report: Report, rounds: int) -> None:
    """Both sizes."""
    by_size(report, "The whole pack", ABOUT, {"packs": _packs, "scripts": _scripts}, rounds)


def _packs(given: Holdout) -> None:
    slices.pack(given)
    for part in PARTS:
        part.pack(given)


def _scripts(given: Holdout) -> None:
    for part in PARTS:
        part.by_hand(given)
