"""Which days of the loop state count, given the policy, and towards which retrain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mlops_assets.retraining.loop_state import UNDECIDED, Attempt, DayVerdict, LoopState
from mlops_assets.spec.retrain import Policy


@dataclass(frozen=True)
class Evidence:
    """A loop state, seen with a policy."""

    loop_state: LoopState
    policy: Policy

    @property
    def open_attempt(self) -> Attempt | None:
        """The latest retrain, unless its episode is over so that later days may begin another.

        An acknowledgement ends any episode; new labels or the cool-down end all but a failed one.
        """
        loop_state, last = self.loop_state, self.loop_state.last
        if last is None or last.outcome == "running":
            return last
        seen = loop_state.acknowledged is not None and last.episode <= loop_state.acknowledged
        rested = loop_state.newest >= last.day + timedelta(days=self.policy.cooldown)
        learned = loop_state.new_labels >= last.new_labels + self.policy.least_new_labels
        return None if seen or (last.outcome != "failed" and (rested or learned)) else last

    @property
    def next_attempt(self) -> Attempt:
        """The next retrain of the open episode, or the first of one that begins."""
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
        """The drifted days of the window that ends with the newest day, newest first."""
        ages = self.loop_state.drifted_days(self._counting_from)
        return [day for day, age in ages.items() if age < self.policy.window_days]

    @property
    def performance_dropped(self) -> bool:
        """Whether performance is past its bound, on a day that no retrain has answered yet."""
        loop_state, over, since = self.loop_state, self._over, self.loop_state.in_production_since
        answered = (over.judged or over.day) if over else since
        seen_on = loop_state.performance_day or loop_state.newest
        return loop_state.performance == "dropped" and seen_on > max(answered, since)

    @property
    def confirmed(self) -> bool:
        """Enough days drifted, the newest too, or performance dropped; but not by an outage."""
        drifted = len(self.suspects) >= self.policy.suspect_days and self.newest == "drift"
        return drifted or (self.performance_dropped and self.newest != "outage")

    @property
    def newest(self) -> DayVerdict | None:
        """The verdict on the newest day; None where no day has one."""
        return self.loop_state.days.get(self.loop_state.newest)

    @property
    def cause(self) -> str:
        """`drift on 2026-01-05, 2026-01-06 and performance dropped`, or one of the two."""
        days = ", ".join(map(str, reversed(self.suspects)))
        causes = [f"drift on {days}"] if days else []
        causes += ["performance dropped"] if self.performance_dropped else []
        return " and ".join(causes)

    @property
    def about_newest(self) -> str:
        """The newest day in words: `inconclusive: 40 rows, 120 needed`."""
        if self.loop_state.newest <= self._counting_from:
            return f"no day after {self._counting_from} has been judged"
        if self.newest in UNDECIDED:
            return f"{self.newest}: {self.loop_state.note or self.loop_state.newest}"
        return f"{self.newest} on {self.loop_state.newest}"

    @property
    def _over(self) -> Attempt | None:
        """The latest retrain, if its episode is over."""
        return None if self.open_attempt else self.loop_state.last

    @property
    def _counting_from(self) -> date:
        """Only later days count, so that no day leads to two episodes."""
        over, since = self._over, self.loop_state.in_production_since
        return max(over.day, since) if over else since

    @property
    def _first_day(self) -> date:
        """The day this stretch of drift began: no two of its days are a whole window apart.

        It does not move as the window does, so the run key stays the same from day to day.
        """
        first, first_age = self.loop_state.newest, 0
        for day, age in self.loop_state.drifted_days(self._counting_from).items():
            if age - first_age >= self.policy.window_days:
                break
            first, first_age = day, age
        return first
