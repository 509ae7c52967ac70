"""Simulate experiments with a look every day: false alarms and power of the confidence sequence.

Compared with a z-test at 5 % that is looked at as often. What is counted has a fixed seed.

Example:
  python -m benchmarks.experiments
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from benchmarks.command import run as run_command
from benchmarks.report import Report, met, table
from mlops_assets.experiments.confidence_sequence import effective, planned_size, radius

EXPERIMENTS, DAYS, SEED = 10_000, 30, 20_260_101
Z = 1.959964
RATE = 0.8
"""Accuracy of the champion."""
LEAST_UNITS = 30
MOST = 0.05


class Shares(NamedTuple):
    """Shares of experiments in which a winner was declared, and the median day of it."""

    sequence: float
    naive: float
    once: float
    days: float


def simulate(units: int, share: float, gain: float, experiments: int = EXPERIMENTS) -> Shares:
    """Experiments of `units` a day whose challenger is better by `gain`.

    Looked at daily by the sequence and by the z-test; `once` is the z-test on the last day alone.
    """
    random = np.random.default_rng(SEED)
    n2 = random.binomial(units, share, (experiments, DAYS))
    n1 = units - n2
    right1, right2 = random.binomial(n1, RATE), random.binomial(n2, RATE + gain)
    n1, n2, right1, right2 = (it.cumsum(axis=1) for it in (n1, n2, right1, right2))
    difference, n, variance, is_enough = _compared(n1, right1, n2, right2)
    with np.errstate(invalid="ignore"):
        ours = np.abs(difference) > radius(n, variance, planned_size(units * DAYS, share))
        naive = np.abs(difference) > Z * np.sqrt(variance / n)
    ours[:, :2] = False  # the days that plan the sequence
    ours, naive = ours & is_enough, naive & is_enough
    decided = ours.any(axis=1)
    days = float(np.median(ours[decided].argmax(axis=1) + 1)) if decided.any() else float("nan")
    naive_ever = float(naive.any(axis=1).mean())
    return Shares(float(decided.mean()), naive_ever, float(naive[:, -1].mean()), days)


def _compared(n1: Any, right1: Any, n2: Any, right2: Any) -> tuple[Any, Any, Any, Any]:
    with np.errstate(invalid="ignore", divide="ignore"):
        mean1, mean2 = right1 / n1, right2 / n2
        v1, v2 = (m * (1 - m) * n / (n - 1) for m, n in ((mean1, n1), (mean2, n2)))
        n = effective(n1, v1, n2, v2)
    is_enough = (np.minimum(n1, n2) >= LEAST_UNITS) & (v1 + v2 > 0)
    return mean2 - mean1, n, v1 + v2, is_enough


def run(report: Report, _: int) -> None:
    """False alarms, then power."""
    rows = [("units a day", "share", "gain", "sequence", "z-test daily", "z-test once", "day")]
    for units, share in ((100, 0.5), (500, 0.1), (1_000, 0.5)):
        for gain in (0.0, 0.01, 0.02, 0.05):
            found = simulate(units, share, gain)
            rows.append(
                (
                    *(f"{units:,}", f"{share:.0%}", f"{gain:+.2f}"),
                    *(f"{it:.1%}" for it in found[:3]),
                    f"{found.days:.0f}" if found.sequence else "-",
                )
            )
    false = [simulate(units, share, 0.0).sequence for units, share in ((100, 0.5), (500, 0.1))]
    goal = f"goal: at most {MOST:.0%} false winners of the sequence: {met(max(false) <= MOST)}"
    report.section("Winners that are declared", ABOUT, [*table(rows), "", goal])


ABOUT = (
    f"{EXPERIMENTS:,} simulated experiments per line, with a look on each of {DAYS} days. The\n"
    f"champion is right on {RATE:.0%} of the units, the challenger on more, by `gain`. Without a\n"
    "gain, a winner is a false one. `z-test daily` stops on the first day with p < 5 %,\n"
    "`z-test once` looks on the last day alone; `day` is the median day on which the sequence\n"
    "decides."
)

if __name__ == "__main__":
    run_command(
        {"winners": run},
        Report("Experiments", "Fixed seed: the same on every machine."),
        module="benchmarks.experiments",
        about=str(__doc__),
        repeats="rounds",
        usual=1,
    )
