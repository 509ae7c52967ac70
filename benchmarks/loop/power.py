"""Detection power: the share of shifted days detected, and the time to a retrain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil, inf

from benchmarks.loop.model import POLICY, Model
from benchmarks.loop.pool import spread_out
from benchmarks.loop.world import SIZES, day, tables, trained_on
from benchmarks.report import Report, met, table
from mlops_assets.monitoring.drift.drift_verdict import drift_verdict
from mlops_assets.monitoring.drift.table_profile import TableProfile

REPEATS = 5
"""Histories per shift, size and seed."""
COUNTED = 5
"""First days of every history, before or after the retrain, so that their share is unbiased."""
LIMIT = 30
SHIFTS = {
    "chol by 0.1 sd": {"chol": 0.1},
    "chol by 0.25 sd": {"chol": 0.25},
    "chol by 0.5 sd": {"chol": 0.5},
    "chol by 1 sd": {"chol": 1.0},
    "20 % of cp swapped": {"cp": 0.2},
    "50 % of cp swapped": {"cp": 0.5},
}
PROMISE, PROMISED_SIZE, PROMISED_DAY = "chol by 0.5 sd", 1_000, 2
ABOUT = (
    "Every day from the first on is shifted: cholesterol by so many standard deviations, or so\n"
    "many of the patients take the rarest kind of chest pain. A shift of 0.1 sd is the least that\n"
    f"matters by default. Detected: share of the first {COUNTED} days of all histories whose\n"
    "verdict is drift. Days to the retrain: median / 90th percentile over the histories; `never`\n"
    f"is not within {LIMIT} days. The policy wants 2 drifted days of 3, so 2 is the soonest."
)


@dataclass(frozen=True)
class History:
    """One series of shifted days: how many of the first were detected, and the retrain's day."""

    seen: int
    retrain: float


Played = dict[tuple[str, int], list[History]]


def run(report: Report, seeds: int) -> None:
    """Play the histories of each shift at each size."""
    tasks = [(size, seed) for size in reversed(SIZES) for seed in range(seeds)]
    played: Played = {(shift, size): [] for shift in SHIFTS for size in SIZES}
    for (size, _), found in zip(tasks, spread_out(histories, tasks, "histories"), strict=True):
        for shift, of_shift in found.items():
            played[shift, size] += of_shift
    lines = [f"{seeds * REPEATS} histories of each", ""]
    lines += [*table(_rows(played, "detected at", _detected)), ""]
    lines += [*table(_rows(played, "days to the retrain at", _days)), "", _promise(played)]
    report.section("Power", ABOUT, lines)


def histories(task: tuple[int, int]) -> dict[str, list[History]]:
    """The histories of every shift at one size, against one reference."""
    size, seed = task
    reference = trained_on(seed)
    return {
        shift: [
            _history(reference, size, shift, 1_000 + REPEATS * seed + at) for at in range(REPEATS)
        ]
        for shift in SHIFTS
    }


def _history(reference: TableProfile, size: int, shift: str, seed: int) -> History:
    model, seen, retrain = Model(), 0, inf
    for index, today in enumerate(islice(tables(size, seed=seed, shift=SHIFTS[shift]), LIMIT)):
        if index >= COUNTED and retrain < inf:
            break
        verdict = drift_verdict(reference, today, false_alarm_rate=POLICY.false_alarm_rate)
        seen += index < COUNTED and verdict.status == "drift"
        model.judged(day(index), verdict.status)
        if retrain == inf and model.follow():
            retrain = index + 1
    return History(seen, retrain)


def _rows(
    played: Played, what: str, cell: Callable[[Sequence[History]], str]
) -> list[tuple[str, ...]]:
    rows = [(what, *(f"{size:,} rows" for size in SIZES))]
    rows += [(shift, *(cell(played[shift, size]) for size in SIZES)) for shift in SHIFTS]
    return rows


def _detected(found: Sequence[History]) -> str:
    return f"{sum(one.seen for one in found) / (COUNTED * len(found)):.1%}"


def _days(found: Sequence[History]) -> str:
    ordered = sorted(one.retrain for one in found)
    typical, late = (ordered[ceil(share * len(ordered)) - 1] for share in (0.5, 0.9))
    return "never" if typical == late == inf else f"{_in_words(typical)} / {_in_words(late)}"


def _in_words(days: float) -> str:
    return "never" if days == inf else f"{days:.0f}"


def _promise(played: Played) -> str:
    latest = max(one.retrain for one in played[PROMISE, PROMISED_SIZE])
    return (
        f"{PROMISE} at {PROMISED_SIZE:,} rows: the latest retrain came on day "
        f"{_in_words(latest)}; goal: on day {PROMISED_DAY}, {met(latest <= PROMISED_DAY)}"
    )
