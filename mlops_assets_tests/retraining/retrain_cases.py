"""Reports in short: a letter a day (c clean, d drift, i inconclusive, o outage, - none)."""

from datetime import UTC, date, datetime, timedelta

from mlops_assets.retraining.decide import decide
from mlops_assets.retraining.loop_state import Attempt, LoopState
from mlops_assets.retraining.state import State
from mlops_assets.spec.retrain import Policy

POLICY = Policy()
NOW = datetime(2026, 2, 1, 6, tzinfo=UTC)
PROMOTED, FIRST = date(2026, 1, 1), date(2026, 1, 10)
VERDICTS = {"c": "clean", "d": "drift", "i": "inconclusive", "o": "outage"}


def day(index: int) -> date:
    """The day of the letter at this index."""
    return FIRST + timedelta(days=index)


def days(letters: str):
    return {day(at): VERDICTS[letter] for at, letter in enumerate(letters) if letter != "-"}


def report(letters: str = "", *retrains: Attempt, **facts) -> LoopState:
    known = {"model": "m", "production_version": "3", "in_production_since": PROMOTED}
    known |= {"new_labels": 500, "days": days(letters), "retrains": retrains}
    return LoopState.model_validate({**known, **facts})


def attempt(outcome: str, *, episode: int = 0, number: int = 1, at: int = 1, labels: int = 500):
    """A retrain started on day `at` of the episode that began on day `episode`."""
    facts = {"production_version": "3", "episode": day(episode), "number": number}
    return Attempt.model_validate(
        {**facts, "day": day(at), "new_labels": labels, "outcome": outcome}
    )


def decided(letters: str = "", *retrains: Attempt, state=None, policy=POLICY, **facts):
    return decide(state or State(), report(letters, *retrains, **facts), NOW, policy)
