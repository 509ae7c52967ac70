"""The evidence for a retrain: which days of the loop state count under a policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mlops_assets.monitoring.day_facts import DayVerdict
from mlops_assets.retraining.accumulated import Accumulated, accumulate
from mlops_assets.retraining.loop_state import CHANGED_NOTHING, UNDECIDED, Attempt, LoopState
from mlops_assets.spec.retrain import Cause, Policy

LONGEST_REST = 365
"""Days. The cool-down doubles with each retrain that changed nothing, up to this."""


@dataclass(frozen=True)
class Evidence:
    """A loop state interpreted under a policy."""

    loop_state: LoopState
    policy: Policy

    @property
    def open_attempt(self) -> Attempt | None:
        """The latest retrain, unless its episode is over and later days may begin another.

        An acknowledgement ends any episode; new labels or a rest end all but failed ones.
        """
        loop_state, last = self.loop_state, self.loop_state.last
        if last is None or last.outcome == "running":
            return last
        rested = loop_state.newest >= self.rests_until(last)
        relabelled = loop_state.new_labels >= self.labels_needed(last)
        over = self._acknowledged(last) or (last.outcome != "failed" and (rested or relabelled))
        return None if over else last

    def rests_until(self, last: Attempt) -> date:
        """The day on which the next retrain may follow one that changed nothing.

        The cool-down doubles with each such retrain of the production version: what was rejected
        today would be rejected tomorrow.
        """
        doubled = self.policy.cooldown * 2 ** max(len(self.fruitless) - 1, 0)
        longest = max(LONGEST_REST, self.policy.cooldown)
        return last.day + timedelta(days=min(doubled, longest))

    def labels_needed(self, last: Attempt) -> int:
        """How many new labels let the next retrain follow sooner: twice as many as it had.

        Fewer would hardly change the comparison that rejected it.
        """
        return last.new_labels + max(last.new_labels, self.policy.least_new_labels)

    @property
    def fruitless(self) -> list[Attempt]:
        """The retrains for the production version that changed nothing, oldest first.

        Those up to an acknowledgement do not count.
        """
        return [
            it
            for it in self.loop_state.own_retrains
            if it.outcome in CHANGED_NOTHING and not self._acknowledged(it)
        ]

    def _acknowledged(self, attempt: Attempt) -> bool:
        newest = self.loop_state.acknowledged
        return newest is not None and attempt.episode <= newest

    @property
    def trial(self) -> tuple[Attempt, date] | None:
        """The retrain whose version is in an experiment, and the day that it is planned to end."""
        last, days = self.loop_state.last, self.loop_state.trial_days
        if last is None or last.outcome != "staged" or self._acknowledged(last):
            return None
        until = last.day + timedelta(days=days)
        return (last, until) if self.loop_state.newest < until else None

    @property
    def next_attempt(self) -> Attempt:
        """The next retrain of the open episode, or the first of a new one."""
        failed = self.open_attempt
        return Attempt(
            production_version=self.loop_state.production_version,
            episode=failed.episode if failed else self._first_day,
            number=failed.number + 1 if failed else 1,
            day=self.loop_state.newest,
            new_labels=self.loop_state.new_labels,
            judged=self.loop_state.performance_day,
        )

    @property
    def suspects(self) -> list[date]:
        """The drifted days in the window that ends with the newest day, newest first."""
        ages = self.loop_state.drifted_days(self._counting_from)
        return [day for day, age in ages.items() if age < self.policy.window_days]

    @property
    def on(self) -> tuple[Cause, ...]:
        """What starts a retrain: by default performance, and drift as long as labels are late."""
        if self.policy.on is not None:
            return self.policy.on
        return ("drift", "performance") if self.labels_are_late else ("performance",)

    @property
    def labels_are_late(self) -> bool:
        """Whether labels have not told yet how good the days of the window were."""
        loop_state = self.loop_state
        known = loop_state.performance_day
        return known is None or (loop_state.newest - known).days >= self.policy.window_days

    @property
    def performance_dropped(self) -> bool:
        """Whether performance has dropped, on a day or over days that no retrain responded to."""
        return self._day_dropped or self._worse_over_days

    @property
    def accumulated(self) -> Accumulated:
        """How much worse than expected the days were that no retrain has responded to yet."""
        found = self.loop_state.excesses
        return accumulate([found[day] for day in sorted(found) if day > self._answered])

    @property
    def _worse_over_days(self) -> bool:
        found = self.accumulated
        return found.total > found.allowed(self.policy.false_alarm_rate)

    @property
    def _day_dropped(self) -> bool:
        loop_state = self.loop_state
        day = loop_state.performance_day or loop_state.newest
        return loop_state.performance == "dropped" and day > self._answered

    @property
    def _answered(self) -> date:
        """The newest day whose performance led to a retrain or a promotion."""
        over, since = self._over, self.loop_state.in_production_since
        return max((over.judged or over.day), since) if over else since

    @property
    def drifted(self) -> bool:
        """Whether enough days drifted, including the newest."""
        return len(self.suspects) >= self.policy.suspect_days and self.newest == "drift"

    @property
    def causes(self) -> list[str]:
        """What starts a retrain, in words: those of the policy's causes that are there."""
        days = ", ".join(map(str, reversed(self.suspects)))
        expected = self.loop_state.estimated_drop
        found = {
            "drift": f"drift on {days}" if days else "",
            "performance": self._drop,
            "estimated_performance": f"expected without labels: {expected}" if expected else "",
        }
        return [found[cause] for cause in found if cause in self.on and found[cause]]

    @property
    def _drop(self) -> str:
        if self._day_dropped:
            return "performance dropped"
        found, rate = self.accumulated, self.policy.false_alarm_rate
        return found.text(rate) if self._worse_over_days else ""

    @property
    def confirmed(self) -> bool:
        """Whether a cause of the policy is there, and the newest day is no outage."""
        on = self.on
        expected = "estimated_performance" in on and bool(self.loop_state.estimated_drop)
        performance = "performance" in on and self.performance_dropped
        seen = (performance or expected) and self.newest != "outage"
        return seen or ("drift" in on and self.drifted)

    @property
    def newest(self) -> DayVerdict | None:
        """The verdict on the newest day; None if there is no verdict."""
        return self.loop_state.days.get(self.loop_state.newest)

    @property
    def cause(self) -> str:
        """`drift on 2026-01-05, 2026-01-06 and performance dropped`, or one of the causes."""
        return " and ".join(self.causes)

    @property
    def about_newest(self) -> str:
        """The newest verdict in words: `inconclusive: 40 rows, 120 needed`, and late labels."""
        waits = self.loop_state.waits_for
        return self._newest_verdict + (waits and f"; {waits}")

    @property
    def _newest_verdict(self) -> str:
        if self.loop_state.newest <= self._counting_from:
            return f"no verdict yet on a day after {self._counting_from}"
        if self.newest in UNDECIDED:
            return f"{self.newest}: {self.loop_state.note or self.loop_state.newest}"
        return f"{self.newest} on {self.loop_state.newest}"

    @property
    def _over(self) -> Attempt | None:
        """The latest retrain, if its episode is over."""
        return None if self.open_attempt else self.loop_state.last

    @property
    def _counting_from(self) -> date:
        """The day after which days count, so that no day belongs to two episodes."""
        over, since = self._over, self.loop_state.in_production_since
        return max(over.day, since) if over else since

    @property
    def _first_day(self) -> date:
        """The day this stretch of drift began: no gap between its days is as long as the window.

        It does not move with the window, so the run key stays the same from day to day.
        """
        first, first_age = self.loop_state.newest, 0
        drifted = self.loop_state.drifted_days(self._counting_from, overlapping=True)
        for day, age in drifted.items():
            if age - first_age >= self.policy.window_days:
                break
            first, first_age = day, age
        return first
