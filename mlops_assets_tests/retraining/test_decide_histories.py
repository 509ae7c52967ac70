"""Whatever happens, in whatever order: the loop does not run away, and a person can stop it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from mlops_assets.retraining.decide import decide
from mlops_assets.retraining.loop_state import Attempt, LoopState
from mlops_assets.retraining.state import RaiseAlert, Retrain, State, Wait
from mlops_assets.spec.retrain import Policy
from mlops_assets_tests.retraining.retrain_cases import FIRST, day

pytestmark = pytest.mark.statistics

VERDICT = st.sampled_from(["drift", "drift", "drift", "clean", "inconclusive", "outage"])
OUTCOME = st.sampled_from(["failed", "failed", "rejected", "staged", "unchanged", "canceled"])
SELDOM = st.sampled_from([False, False, False, True])
GAP = st.sampled_from([1, 1, 1, 2])
CLOCK = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))
POLICIES = st.builds(
    Policy,
    suspect_days=st.integers(1, 3),
    window_days=st.integers(3, 4),
    cooldown=st.integers(1, 7),
    attempts=st.integers(1, 3),
)


class World(RuleBasedStateMachine):
    """One model, its days, its versions, and a run store that starts one run a run key."""

    @initialize(policy=POLICIES)
    def begin(self, policy):
        """A first version serves, and has for a day."""
        self.policy, self.state = policy, State()
        self.version, self.versions, self.since = 1, 1, FIRST - timedelta(days=1)
        self.today, self.labels = FIRST, 200
        self.days, self.runs = {}, {}
        self.nightly, self.acknowledged = "", None

    # What happens.

    @rule(verdicts=st.lists(VERDICT, min_size=1, max_size=9), gap=GAP, clock=CLOCK)
    def days_pass(self, verdicts, gap, clock):
        """Each is judged, and the sensor ticks."""
        for verdict in verdicts:
            self.today += timedelta(days=gap)
            self.days[self.today] = verdict
            self.tick(clock, clock, "")

    @rule(verdict=VERDICT, back=st.integers(0, 60))
    def an_old_day_comes_late_or_again(self, verdict, back):
        """A backfill, or a day judged anew."""
        self.days[self.today - timedelta(days=back)] = verdict

    @rule(rows=st.integers(0, 300))
    def labels_arrive(self, rows):
        """Labelled rows come in."""
        self.labels += rows

    @rule()
    def somebody_starts_a_retrain(self):
        """The nightly one, or a person."""
        if not self._running():
            self.nightly = "nightly"

    @precondition(lambda self: self.nightly)
    @rule(promotes=SELDOM)
    def it_ends(self, promotes):
        """With a new version, or without."""
        self.nightly = ""
        if promotes:
            self._promote(self.versions + 1)

    @precondition(lambda self: self._running())
    @rule(outcome=OUTCOME, clock=CLOCK)
    def own_retrain_ends(self, outcome, clock):
        """Without a new version in production."""
        self._end(outcome)
        self.tick(clock, clock, "")

    @precondition(lambda self: self._running())
    @rule(registry_lags=st.booleans())
    def own_retrain_promotes(self, registry_lags):
        """The registry may show it later, or never."""
        self._end("promoted")
        if not registry_lags:
            self._promote(self.versions + 1)

    @precondition(lambda self: self.version > 1)
    @rule(sure=SELDOM)
    def a_person_rolls_back(self, sure):
        """To the version before, which may have episodes of its own behind it."""
        if sure:
            self._promote(self.version - 1)

    @precondition(lambda self: self.state.status == "escalated")
    @rule(promotes=st.booleans(), clock=CLOCK)
    def a_person_ends_the_escalation(self, promotes, clock):
        """Always possible, in one of two ways."""
        if promotes:
            self._promote(self.versions + 1)
        else:
            self.acknowledged = self.state.episode
        state, _ = decide(self.state, self._report(), clock, self.policy)
        assert state.status != "escalated"

    # What the sensor does.

    @rule(clock=CLOCK, other=CLOCK, crash=st.sampled_from(["", "before", "after"]))
    def tick(self, clock, other, crash):
        """The daemon may be killed before or after the run is launched; then no cursor is kept."""
        report = self._report()
        state, action = decide(self.state, report, clock, self.policy)
        _, elsewhen = decide(self.state, report, other, self.policy)
        assert action == elsewhen
        self._is_the_same_without_memory(report, action, clock)
        assert type(decide(state, report, clock, self.policy)[1]) is Wait
        if isinstance(action, Retrain) and crash != "before":
            self._launch(action, report)
        if not crash:
            self.state = state

    @rule(clock=CLOCK)
    def the_request_is_lost(self, clock):
        """The cursor was written, the run was not launched."""
        self.state, _ = decide(self.state, self._report(), clock, self.policy)

    @rule()
    def the_cursor_is_deleted(self):
        """By accident."""
        self.state = State()

    # What must hold.

    def _is_the_same_without_memory(self, report, action, clock):
        _, forgetful = decide(State(), report, clock, self.policy)
        if isinstance(action, Retrain):
            assert forgetful == action
        elif isinstance(forgetful, Retrain):
            assert forgetful.run_key == self.state.requested

    def _launch(self, action, report):
        assert action.run_key not in self.runs
        assert not self._running()
        assert not self.nightly
        assert self.labels >= self.policy.least_new_labels
        assert self.days[self.today] == "drift"
        assert self.today >= self.since + timedelta(days=self.policy.cooldown)
        self._may_follow(report.last, action.attempt)
        self.runs[action.run_key] = action.attempt

    def _may_follow(self, last, new):
        """Of one episode only after a failure; of another only for a reason."""
        drifted = [at for at, verdict in self.days.items() if verdict == "drift"]
        if last and last.episode == new.episode:
            assert (last.outcome, new.number) == ("failed", last.number + 1)
            assert new.number <= self.policy.attempts
            return
        assert new.number == 1
        assert len([at for at in drifted if at >= new.episode]) >= self.policy.suspect_days
        if last:
            assert new.episode > last.day
            rested = self.today >= last.day + timedelta(days=self.policy.cooldown)
            more = max(self.policy.least_new_labels, last.new_labels)
            learned = self.labels >= last.new_labels + more
            seen = self.acknowledged is not None and self.acknowledged >= last.episode
            assert seen or (last.outcome != "failed" and (rested or learned))

    # The world's own doings.

    def _report(self):
        return LoopState(
            model="m",
            production_version=str(self.version),
            in_production_since=self.since,
            days=self.days,
            new_labels=self.labels,
            in_flight="own" if self._running() else self.nightly,
            retrains=tuple(self.runs.values()),
            acknowledged=self.acknowledged,
        )

    def _running(self):
        return [key for key, run in self.runs.items() if run.outcome == "running"]

    def _end(self, outcome):
        (key,) = self._running()
        self.runs[key] = Attempt.model_validate({**self.runs[key].model_dump(), "outcome": outcome})

    def _promote(self, version):
        self.version, self.versions = version, max(version, self.versions)
        self.since, self.days = self.today, {}
        self.labels = 0


World.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=60,
    suppress_health_check=list(HealthCheck),
)
TestHistories = World.TestCase


def test_drift_that_never_ends_leads_to_fewer_and_fewer_retrains_and_one_alert():
    """Rejected each time, with no label more: 7, 14, 28, … days from one retrain to the next."""
    runs, state, alerts = {}, State(), []
    for at in range(70):
        report = LoopState(
            model="m",
            production_version="1",
            in_production_since=day(-30),
            days={day(index): "drift" for index in range(at + 1)},
            new_labels=500,
            retrains=tuple(runs.values()),
        )
        state, action = decide(state, report, datetime(2026, 1, 1), Policy())
        if isinstance(action, Retrain):
            runs[action.run_key] = action.attempt.model_copy(update={"outcome": "rejected"})
        if isinstance(action, RaiseAlert):
            alerts.append(action.kind)
    assert [run.day for run in runs.values()] == [day(at) for at in (1, 8, 22, 50)]
    assert alerts == ["latched"]
