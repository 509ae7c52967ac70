"""Play the days of a model's history, one after another, under one policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from time import process_time

from mlops_assets.errors import InputError, one_line
from mlops_assets.monitoring.day_facts import DayFacts
from mlops_assets.monitoring.earlier_days import EarlierDays
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.platform.settings import Settings
from mlops_assets.retraining.backtest.fitting import Candidate, failures, fit
from mlops_assets.retraining.backtest.history import History
from mlops_assets.retraining.backtest.judging import (
    ScoredDay,
    before_labels,
    judge,
    live_day,
    quality,
    score,
)
from mlops_assets.retraining.backtest.policies import TriedPolicy
from mlops_assets.retraining.backtest.records import PlayedDay, PlayedRetrain, Trigger
from mlops_assets.retraining.decide import decide
from mlops_assets.retraining.judged_days import known_of_days
from mlops_assets.retraining.loop_state import Attempt, LoopState
from mlops_assets.retraining.state import RaiseAlert, Retrain, State

DRIFT_DAYS = 30
"""Days of drift that a decision looks back on, as the drift sensor does."""
MOST_TICKS = 10
REGISTERED = ("promoted", "rejected")
DAYS_BACK = 7
"""Preceding days in which the same rows count as a repeated day."""


class Player:
    """The state of a replay: the version that serves, what is known of the days, the loop.

    The version that serves a day scores it, and is replaced at its end at the earliest, so no row
    is scored by a model that has seen it. First the timer, then the loop may retrain. Whatever
    passes its gates is promoted at once.
    """

    def __init__(
        self, history: History, tried: TriedPolicy, metric: str, settings: Settings, first: date
    ) -> None:
        self.history, self.tried, self.metric, self.settings = history, tried, metric, settings
        loop = tried.loop or history.spec.retrain
        self.spec = history.spec.model_copy(update={"retrain": loop})
        self.first, self.since = first, first - timedelta(days=1)
        self.version = self.registered = 1
        self.trained_on, self.by_schedule = self.since, False
        self.learned: dict[str, int] = {}  # the number of a version by that of its rows
        self.facts: dict[date, DayFacts] = {}
        self.attempts: list[Attempt] = []
        self.state = State()
        self._champion: Candidate | None = None
        self._recent: dict[date, tuple[LiveDay, Predictions]] = {}
        self._fit_seconds = 0.0

    def resume(self, played: Sequence[PlayedDay]) -> None:
        """Take up where `played` ends; the version that serves then is fitted again."""
        for it in played:
            self.facts[it.day], self.state = it.facts, it.state
            for retrain in it.retrains:
                self._follow(it.day, retrain)
                if retrain.outcome in REGISTERED:
                    self.learned[self.history.training(it.day).version] = self.registered
        if self.tried.loop:
            self._recall(played)

    def play(self, days: Sequence[date]) -> Iterator[PlayedDay]:
        """Play the days in order. Raises `InputError` if the first version cannot be fitted."""
        for day in days:
            yield self._play(day)

    @property
    def champion(self) -> Candidate:
        """The version that serves."""
        if self._champion is None:
            try:
                self._champion = self._fit(self.trained_on)
            except InputError as error:
                raise InputError(
                    seen=f"on the days until {self.trained_on}, {error.seen}",
                    expected=error.expected,
                    todo=f"choose a later --from, or else {error.todo}",
                ) from error
        return self._champion

    def _play(self, day: date) -> PlayedDay:
        began, self._fit_seconds = process_time(), 0.0
        version, trained_on = self.version, self.trained_on
        rows, value = self._monitor(day)
        retrains = [self._retrain(day, "timer")] if self._is_due(day) else []
        alerts = self._loop(day, retrains) if self.tried.loop else []
        return PlayedDay(
            day=day,
            version=version,
            trained_on=trained_on,
            rows=rows,
            value=value,
            facts=self.facts[day],
            alerts=alerts,
            retrains=retrains,
            state=self.state,
            seconds=process_time() - began,
            fit_seconds=self._fit_seconds,
        )

    def _monitor(self, day: date) -> tuple[int, float | None]:
        """Score and judge the day; how many rows it had, and how good the predictions were."""
        found = self.history.day(day)
        live = live_day(found.rows, self.spec, self._same_rows(day))
        self.facts[day] = DayFacts(day=day, live=live.facts())
        if self.facts[day].outage:
            return live.rows, None
        scored = score(day, found, live, self.champion, self.version)
        if self.tried.loop:
            self.facts[day] = judge(scored, self.spec, self.settings, self._earlier)
            self._remember(scored)
        return live.rows, quality(scored, self.metric)

    def _remember(self, scored: ScoredDay) -> None:
        """Keep the day, as long as later ones may be pooled with it."""
        oldest = scored.day - timedelta(days=self.spec.live.pool_days)
        kept = {day: it for day, it in self._recent.items() if day > oldest}
        self._recent = {**kept, scored.day: (scored.live, scored.predictions)}

    @property
    def _earlier(self) -> EarlierDays:
        return EarlierDays(read=self._recent.get, most=self.spec.live.pool_days)

    def _recall(self, played: Sequence[PlayedDay]) -> None:
        """Score the days again that later ones may be pooled with, by the versions of that time."""
        versions: dict[date, Candidate] = {}
        for it in played[-self.spec.live.pool_days :]:
            if self.facts[it.day].outage:
                continue
            if it.trained_on not in versions:
                rows = self.history.training(it.trained_on)
                versions[it.trained_on] = fit(rows, self.spec, self.settings)
            found = self.history.day(it.day)
            live = live_day(found.rows, self.spec, lambda _: "")
            self._remember(score(it.day, found, live, versions[it.trained_on], it.version))

    def _same_rows(self, day: date) -> Callable[[str], str]:
        before = [self.facts.get(day - timedelta(days=age)) for age in range(DAYS_BACK, 0, -1)]
        known = {it.live.dataset_version: str(it.day) for it in before if it and it.live}
        return lambda version: known.get(version, "")

    def _is_due(self, day: date) -> bool:
        every = self.tried.every
        return bool(every) and ((day - self.first).days + 1) % every == 0

    def _loop(self, day: date, retrains: list[PlayedRetrain]) -> list[str]:
        """Let the loop decide until it waits; returns the kinds of its alerts."""
        alerts, now = [], datetime.combine(day, time.max, UTC)
        for _ in range(MOST_TICKS):
            facts = self._loop_state(day)
            learned = partial(self._already_learned, day)
            self.state, action = decide(self.state, facts, now, self.spec.retrain, learned)
            if isinstance(action, Retrain):
                retrains.append(self._retrain(day, "loop", action))
            elif isinstance(action, RaiseAlert):
                alerts.append(action.kind)
            else:
                break
        return alerts

    def _already_learned(self, day: date) -> str:
        """The version trained on the rows that a retrain would read, if there is one."""
        rows, champion = self.history.training(day).version, self.champion.version
        known = self.version if rows == champion else self.learned.get(rows)
        return str(known or "")

    def _loop_state(self, day: date) -> LoopState:
        delay, version = self.history.delay, str(self.version)
        days = [it if it.day + delay <= day else before_labels(it) for it in self.facts.values()]
        # Labels may come late, so performance is not limited to the newest days.
        after = min(self.since, self.champion.seen_through)
        labelled = [it for it in days[:-DRIFT_DAYS] if it.day > after]
        older = [DayFacts(day=it.day, performance=it.performance) for it in labelled]
        known = [*older, *days[-DRIFT_DAYS:]]
        return LoopState(
            model=self.spec.name,
            production_version=version,
            in_production_since=self.since,
            by_schedule=self.by_schedule,
            retrains=tuple(it for it in self.attempts if it.production_version == version),
            **known_of_days(known, version, self.since, self.champion.seen_through),
        )

    def _retrain(self, day: date, trigger: Trigger, asked: Retrain | None = None) -> PlayedRetrain:
        """Fit and judge a candidate; if it passes, it serves from the next day on."""
        outcome, why = "promoted", asked.why if asked else ""
        try:
            candidate = self._fit(day)
            if candidate is self._champion:
                outcome, why = "unchanged", "the same rows"
            elif failed := failures(candidate, self.champion):
                outcome, why = "rejected", failed
        except InputError as error:
            candidate, outcome, why = None, "failed", one_line(str(error))
        attempt = asked and asked.attempt.model_copy(update={"outcome": outcome})
        retrain = PlayedRetrain(trigger=trigger, outcome=outcome, why=why, attempt=attempt)
        self._follow(day, retrain)
        if candidate and outcome in REGISTERED:
            self.learned[candidate.version] = self.registered
        if outcome == "promoted":
            self._champion = candidate
        return retrain

    def _follow(self, day: date, retrain: PlayedRetrain) -> None:
        """Count the version, which a rejected one is too, and let a promoted one serve."""
        self.attempts += [retrain.attempt] if retrain.attempt else []
        self.registered += retrain.outcome in REGISTERED
        if retrain.outcome == "promoted":
            self.version, self.since, self.trained_on = self.registered, day, day
            self.by_schedule = retrain.trigger == "timer"

    def _fit(self, day: date) -> Candidate:
        """A candidate on the rows known at the end of `day`; the champion if they are the same."""
        rows = self.history.training(day)
        if self._champion and rows.version == self._champion.version:
            return self._champion
        candidate = fit(rows, self.spec, self.settings)
        self._fit_seconds += candidate.fit_seconds
        return candidate
