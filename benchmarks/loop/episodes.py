"""Check that each episode leads to exactly one retrain, whatever its outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.loop.episode import DAYS, QUIET, ROWS, TICKS, Episode, Play, Scenario
from benchmarks.loop.model import POLICY
from benchmarks.loop.pool import spread_out
from benchmarks.loop.world import trained_on
from benchmarks.report import Report, met, table

REPEATS = 5
"""Episodes per scenario and seed."""
SHIFTS = (0.25, 0.5, 0.75, 1.0)
LONG = "rejected, drift goes on"
SCENARIOS = {
    "accepted": Scenario(("promoted",)),
    "rejected by its gates": Scenario(("rejected",), drifted_days=POLICY.cooldown),
    "failed once": Scenario(("failed", "promoted")),
    "failed always": Scenario(("failed",)),
    "nightly in flight, changes nothing": Scenario(("promoted",), nightly="unchanged"),
    "nightly in flight, is promoted": Scenario(("promoted",), nightly="promoted"),
    LONG: Scenario(("rejected",)),
}
ABOUT = (
    f"{QUIET} quiet days of {ROWS:,} rows, then cholesterol moves by 0.25 to 1 sd and stays\n"
    f"there for {DAYS - QUIET} days; where retrains are rejected, only for the\n"
    f"{POLICY.cooldown} days of the cool-down. Verdicts are real, a promoted version brings\n"
    f"a reference of the moved world, and the default policy decides at each of {TICKS}\n"
    "ticks a day. At one tick in five the cursor is lost, not saved, or saved while the\n"
    "request for the run is lost. `retrains` are first attempts, and a nightly retrain that\n"
    "closed the episode; `repeats` are attempts after one that failed; `at once` is the\n"
    "most that ever ran together. Alerts repeat where the cursor that remembers them was\n"
    "lost. In the last line the drift outlasts the cool-down, after which the policy begins\n"
    "a new episode on purpose."
)


def run(report: Report, seeds: int) -> None:
    """Play the episodes of each scenario."""
    played: dict[str, list[Episode]] = {name: [] for name in SCENARIOS}
    for found in spread_out(episodes, range(seeds), "seeds of episodes"):
        for name, of_scenario in found.items():
            played[name] += of_scenario
    report.section("Retrains an episode", ABOUT, [*table(_rows(played)), "", *_troubles(played)])


def episodes(seed: int) -> dict[str, list[Episode]]:
    """The episodes of every scenario with one seed: one reference, one shift."""
    shift = {"chol": SHIFTS[seed % len(SHIFTS)]}
    before, after = trained_on(seed), trained_on(seed, shift)
    return {
        name: [
            Play(scenario, before, after, 10_000 + REPEATS * seed + at).play(shift)
            for at in range(REPEATS)
        ]
        for name, scenario in SCENARIOS.items()
    }


def _rows(played: dict[str, list[Episode]]) -> list[tuple[str, ...]]:
    head = ("retrain", "histories", "retrains", "repeats", "at once", "alerts", "ends", "goal")
    return [head, *((name, *_row(name, found)) for name, found in played.items())]


def _row(name: str, found: Sequence[Episode]) -> tuple[str, ...]:
    alerts = sum((one.alerts for one in found), Counter())
    alert_counts = ", ".join(f"{kind} {times}" for kind, times in alerts.items())
    ends = Counter(one.last_status for one in found)
    return (
        str(len(found)),
        _range([one.retrains for one in found]),
        _range([one.repeats for one in found]),
        str(max(one.most_at_once for one in found)),
        alert_counts or "none",
        ", ".join(f"{status} {times}" for status, times in ends.items()),
        _goal(name, found),
    )


def _range(counts: Sequence[int]) -> str:
    """`1 in all`, or `1 to 2, mean 1.3`."""
    least, most = min(counts), max(counts)
    if least == most:
        return f"{most} in all"
    return f"{least} to {most}, mean {sum(counts) / len(counts):.2f}"


def _goal(name: str, found: Sequence[Episode]) -> str:
    """Exactly one retrain; if the policy begins further episodes, one for each of them."""
    counted = [one.retrains == (len(one.named) if name == LONG else 1) for one in found]
    words = "1 an episode" if name == LONG else "1"
    return f"{words}, {met(all(counted))}"


def _troubles(played: dict[str, list[Episode]]) -> list[str]:
    every = [one for found in played.values() for one in found]
    troubles = sum((one.troubles for one in every), Counter())
    counts = ", ".join(f"{what} {times:,}" for what, times in sorted(troubles.items()))
    return [f"{sum(one.ticks for one in every):,} ticks: {counts}"]
