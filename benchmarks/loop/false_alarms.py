"""False alarms in a year without drift: days judged as drift, and retrains triggered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import mean

from benchmarks.loop.evidently_day import dataset, preset
from benchmarks.loop.model import POLICY, Model
from benchmarks.loop.pool import spread_out
from benchmarks.loop.shares import share
from benchmarks.loop.world import SIZES, TRAINING_ROWS, columns, day, tables, trained_on
from benchmarks.report import Report, met, table
from mlops_assets.monitoring.drift.drift_verdict import Status, drift_verdict
from mlops_assets.simulators.heart_disease import simulate

DAYS = 365
BY_BOTH = 24
"""Days of each size that Evidently also judges: it takes about a second each."""
MOST_RETRAINS = 0.1
ABOUT = (
    f"{DAYS} simulated days of heart_disease in which nothing drifts, for each size and seed,\n"
    f"against a reference of {TRAINING_ROWS:,} rows: 13 columns. The interval is Wilson's at\n"
    "95 %, widened where seeds differ more than chance. Retrains are those of the default policy\n"
    "with plenty of new labels, each promoted at once. Evidently's `DataDriftPreset` with its\n"
    f"defaults takes about a second a day, so it gets {BY_BOTH} of these days of each size, in\n"
    "turns from every seed; `a column` is a day with at least one column drifted, `dataset`\n"
    "its own verdict: half of the columns."
)


@dataclass(frozen=True)
class Year:
    """The days of one size and seed."""

    verdicts: list[Status]
    retrains: int

    def days(self, verdict: Status) -> int:
        """The number of days with this verdict."""
        return self.verdicts.count(verdict)


@dataclass(frozen=True)
class BothVerdicts:
    """One day, judged by both."""

    ours: bool
    a_column: bool
    dataset: bool


def run(report: Report, seeds: int) -> None:
    """Play the years, and Evidently's days."""
    # The largest first, so that no core is left with one at the end.
    tasks = [(size, seed) for size in reversed(SIZES) for seed in range(seeds)]
    years = dict(zip(tasks, spread_out(year, tasks, "years"), strict=True))
    again = [(size, seeds, at) for size in SIZES for at in range(BY_BOTH)]
    both = dict(zip(again, spread_out(judge_by_both, again, "days for Evidently"), strict=True))
    lines = [f"configured rate {POLICY.false_alarm_rate:.0%}, {seeds} seeds", ""]
    lines += table(_years({size: [years[size, seed] for seed in range(seeds)] for size in SIZES}))
    by_size = {size: [d for (s, *_), d in both.items() if s == size] for size in SIZES}
    report.section("False alarms", ABOUT, [*lines, "", *table(_comparison(by_size))])


def year(task: tuple[int, int]) -> Year:
    """Judge a year of days, and follow the policy."""
    size, seed = task
    reference, model = trained_on(seed), Model()
    verdicts: list[Status] = []
    retrains = 0
    for index, today in enumerate(islice(tables(size, seed=seed), DAYS)):
        verdict = drift_verdict(reference, today, false_alarm_rate=POLICY.false_alarm_rate)
        verdicts.append(verdict.status)
        model.judged(day(index), verdict.status)
        if model.follow():
            retrains += 1
            model.end("promoted")
    return Year(verdicts, retrains)


def judge_by_both(task: tuple[int, int, int]) -> BothVerdicts:
    """Judge one of those days by both."""
    size, seeds, at = task
    seed, index = at % seeds, at // seeds
    patients = simulate(TRAINING_ROWS, seed=seed)
    today = next(islice(tables(size, seed=seed), index, None))
    theirs = preset(dataset(patients, columns()), dataset(today, columns()))
    ours = drift_verdict(trained_on(seed), today, false_alarm_rate=POLICY.false_alarm_rate)
    return BothVerdicts(ours.status == "drift", theirs.columns > 0, theirs.drifted)


def _years(years: dict[int, list[Year]]) -> list[tuple[str, ...]]:
    rows = [("rows a day", "days", "flagged [95 %]", "over the seeds")]
    rows[0] += ("inconclusive", "retrains a year", "goals")
    for size, played in years.items():
        flagged = share([one.days("drift") for one in played], DAYS)
        retrains = mean(one.retrains for one in played)
        unclear = sum(one.days("inconclusive") for one in played) / (DAYS * len(played))
        reached = flagged.low <= POLICY.false_alarm_rate and retrains <= MOST_RETRAINS
        rows.append(
            (
                *(f"{size:,}", f"{DAYS * len(played):,}", str(flagged), flagged.seeds),
                *(f"{unclear:.1%}", f"{retrains:.2f}", met(reached)),
            )
        )
    goals = f"<= {POLICY.false_alarm_rate:.0%}"
    return [*rows, ("goal", "", goals, "", "", f"<= {MOST_RETRAINS}", "")]


def _comparison(days: dict[int, list[BothVerdicts]]) -> list[tuple[str, ...]]:
    rows = [("rows a day", "days", "ours", "Evidently, a column", "Evidently, dataset")]
    for size, judged in days.items():
        ours = _part([one.ours for one in judged])
        theirs = _part([one.a_column for one in judged]), _part([one.dataset for one in judged])
        rows.append((f"{size:,}", str(len(judged)), ours, *theirs))
    return rows


def _part(flags: Sequence[bool]) -> str:
    return f"{mean(flags):.0%}"
