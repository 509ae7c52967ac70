"""Simulate one drift episode, tick by tick, with a state store that fails at random."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.loop.model import POLICY, Model
from benchmarks.loop.world import day, tables
from mlops_assets.monitoring.drift.drift_verdict import drift_verdict
from mlops_assets.monitoring.drift.table_profile import TableProfile
from mlops_assets.retraining.loop_state import Outcome
from mlops_assets.retraining.state import RaiseAlert, Retrain, State

ROWS = 1_000
DAYS, QUIET, TICKS, LONGEST = 21, 3, 4, 6
"""Days, days before the drift, ticks per day, and the maximum ticks of a retrain."""
NIGHTLY_TICKS = (3, 0, 1)
"""From the last tick of a day to the second of the next, while a new verdict arrives."""
TROUBLE = 0.2


@dataclass(frozen=True)
class Scenario:
    """The outcomes of the retrains, and the duration of the drift.

    The last of `outcomes` also applies to all further retrains; `nightly` is the outcome of the
    first nightly retrain that begins after the drift, the others change nothing.
    """

    outcomes: tuple[Outcome, ...]
    nightly: Outcome | None = None
    drifted_days: int = DAYS


@dataclass
class Episode:
    """What happened: own runs by attempt, nightly promotions, alerts, and failures."""

    first_attempts: int = 0
    repeats: int = 0
    nightly_promotions: int = 0
    most_at_once: int = 0
    ticks: int = 0
    named: set[str] = field(default_factory=set)
    alerts: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    last_status: str = ""

    @property
    def retrains(self) -> int:
        """Retrains of the policy, and a nightly one that closed the episode; no repeats."""
        return self.first_attempts + self.nightly_promotions


class Play:
    """The days of one scenario against the first reference, and after a promotion the new one."""

    def __init__(
        self, scenario: Scenario, before: TableProfile, after: TableProfile, seed: int
    ) -> None:
        self.scenario, self.reference, self.after = scenario, before, after
        self.random = random.Random(seed)  # noqa: S311 - not a secret
        self.seed = seed
        self.model, self.found = Model(), Episode()
        self.ticks_left = 0
        self.nightly = False
        self.first_nightly = True

    def play(self, shift: dict[str, float]) -> Episode:
        """Play quiet days, drifted days, and quiet days again if the drift ends."""
        quiet, drifted = tables(ROWS, seed=self.seed), tables(ROWS, seed=self.seed, shift=shift)
        until = QUIET + self.scenario.drifted_days
        for index in range(DAYS):
            today = next(drifted if QUIET <= index < until else quiet)
            verdict = drift_verdict(self.reference, today, false_alarm_rate=POLICY.false_alarm_rate)
            self.model.judged(day(index), verdict.status)
            for tick in range(TICKS):
                self._world_moves(tick, drifted=index >= QUIET)
                self._tick()
        return self.found

    def _world_moves(self, tick: int, *, drifted: bool) -> None:
        if self.model.running:
            self.ticks_left -= 1
            if self.ticks_left == 0:
                self._own_ends()
        if self.scenario.nightly and tick == NIGHTLY_TICKS[0] and not self.model.running:
            self.nightly = True
        elif self.nightly and tick not in NIGHTLY_TICKS:
            self._nightly_ends(drifted=drifted)

    def _own_ends(self) -> None:
        at = min(len(self.model.runs), len(self.scenario.outcomes)) - 1
        outcome = self.scenario.outcomes[at]
        self.model.end(outcome)
        if outcome == "promoted":
            self.reference = self.after

    def _nightly_ends(self, *, drifted: bool) -> None:
        self.nightly = False
        if drifted and self.first_nightly and self.scenario.nightly == "promoted":
            self.model.promote()
            self.reference = self.after
            self.found.nightly_promotions += 1
        self.first_nightly = self.first_nightly and not drifted

    def _tick(self) -> None:
        """Ask the policy and store its decision; a failure may hit before, between or after."""
        self.found.ticks += 1
        trouble = self._trouble()
        if trouble == "cursor lost":
            self.model.state = State()
        state, action = self.model.asks("nightly" if self.nightly else "")
        if trouble != "cursor not saved":
            self.model.state = state
        if isinstance(action, RaiseAlert):
            self.found.alerts[action.kind] += 1
        if isinstance(action, Retrain) and trouble != "request lost":
            self._start(action)
        running = [run for run in self.model.runs.values() if run.outcome == "running"]
        self.found.most_at_once = max(self.found.most_at_once, len(running) + self.nightly)
        if not self.nightly:
            self.found.last_status = state.status

    def _trouble(self) -> str:
        if self.random.random() > TROUBLE:
            return ""
        trouble = self.random.choice(["cursor lost", "cursor not saved", "request lost"])
        self.found.troubles[trouble] += 1
        return trouble

    def _start(self, retrain: Retrain) -> None:
        if not self.model.start(retrain):
            return
        self.ticks_left = self.random.randint(1, LONGEST)
        first = retrain.attempt.number == 1
        self.found.first_attempts += first
        self.found.repeats += not first
        self.found.named.add(str(retrain.attempt.episode))
