"""How often the sum of days' excess starts a retrain, without a change and with one."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from benchmarks.report import Report, met, progress, table
from mlops_assets.evaluation.expected_day import Excess
from mlops_assets.retraining.accumulated import accumulate
from mlops_assets.spec.retrain import Policy

HELD_OUT, LENGTH, LONGEST, HISTORIES = 73, 1000, 120, 40
CORRELATIONS = (0.0, 0.3, 0.5, 0.7, 0.9, 0.99)
WORSE = (0.25, 0.5, 1.0)
RATE, COOLDOWN = Policy().false_alarm_rate, Policy().cooldown


def run(report: Report, times: int) -> None:
    """AR(1) days, without a change and with a lasting one."""
    head = ("days", "retrains in 100 days", f"at most {200 * RATE:g}")
    rows = [(*head, *(f"days until, {worse:g} sd worse" for worse in WORSE))]
    for correlation in CORRELATIONS:
        rng = np.random.default_rng([11, int(1000 * correlation)])
        rate = np.mean([_count(correlation, rng) / LENGTH for _ in range(times)])
        delays = [_delay(correlation, worse, rng) for worse in WORSE]
        goal = met(bool(rate <= 2 * RATE))
        rows.append((f"AR(1), {correlation:g}", f"{100 * rate:.2f}", goal, *delays))
        progress("  ".join(rows[-1]))
    report.section("Retrains by accumulated excess", ABOUT, table(rows))


def _count(correlation: float, rng: np.random.Generator) -> int:
    """Retrains on days without change; each version has a holdout of its own."""
    days, begun, count = _days(correlation, LENGTH, rng), 0, 0
    while (after := _first(days[begun:], correlation, rng)) is not None:
        begun, count = begun + after, count + 1
    return count


def _delay(correlation: float, worse: float, rng: np.random.Generator) -> str:
    """The median days until the retrain."""
    found = [
        _first(_days(correlation, LONGEST, rng) + worse, correlation, rng) or LONGEST
        for _ in range(HISTORIES)
    ]
    middle = np.median(found)
    return f"{middle:.0f}" if middle < LONGEST else f"over {LONGEST}"


def _first(days: np.ndarray, correlation: float, rng: np.random.Generator) -> int | None:
    """How many days it takes until the sum is beyond chance; None if it never is."""
    held_out = _days(correlation, 5 * HELD_OUT, rng)[::5]
    excess = (days - held_out.mean()) / held_out.std(ddof=1)
    seen = [Excess(value=it, error=1 / np.sqrt(HELD_OUT)) for it in excess]
    for count in range(COOLDOWN, len(seen) + 1):
        found = accumulate(seen[:count])
        if found.total > found.allowed(RATE):
            return count
    return None


def _days(correlation: float, count: int, rng: np.random.Generator) -> np.ndarray:
    noise = rng.standard_normal(count + 500) * np.sqrt(1 - correlation**2)
    return lfilter([1], [1, -correlation], noise)[500:]


ABOUT = (
    "Losses of days that resemble each other (AR(1), a standard deviation of 1), and a holdout\n"
    f"of {HELD_OUT} of them, every fifth day of another year. Goal without a change: at most\n"
    f"twice the false-alarm rate of {RATE:.0%} of days. Then each day is worse from the promotion\n"
    f"on: the median days until the retrain, the cool-down of {COOLDOWN} days included."
)
