"""The state that the retrain policy keeps between sensor ticks, and its actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mlops_assets.retraining.loop_state import Attempt, LoopState

Status = Literal["stable", "suspect", "retraining", "cooling_down", "escalated", "latched", "blind"]
AlertKind = Literal[
    "no_new_labels", "latched", "escalated", "estimated_drop", "blind", "only_shown"
]
QUIET = ("stable", "cooling_down")


class State(BaseModel):
    """The status of the loop. Losing it causes at most one repeated alert, never a retrain."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status = "stable"
    production_version: str = ""
    episode: date | None = Field(default=None, description="None if no drift is suspected.")
    attempt: int = Field(
        default=0, description="The current, latest or next retrain of the episode, from 1."
    )
    since: datetime | None = Field(
        default=None, description="When the status last changed, by the clock."
    )
    requested: str = Field(default="", description="Run key of the last requested retrain.")
    requested_on: date | None = Field(default=None, description="The newest day at that time.")
    alerted: str = Field(default="", description="The last alert; empty again once stable.")
    seen: str = Field(default="", description="Fingerprint of the last loop state decided on.")
    # The last field, because Dagster's table of ticks shows the end of a long cursor.
    said: str = Field(default="", description="The explanation of that decision.")

    @classmethod
    def restore(cls, cursor: str | None) -> State:
        """Restore from a sensor's cursor; the initial state if it is missing or invalid."""
        try:
            return cls.model_validate_json(cursor or "{}")
        except ValidationError:
            return cls()


class Wait(BaseModel):
    """Do nothing; `why` explains the sensor's tick."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    why: str


class Retrain(Wait):
    """Start a retrain with this run key, tagged with `attempt.tags`."""

    run_key: str
    attempt: Attempt


class RaiseAlert(Wait):
    """Raise an alert; `why` is its text."""

    kind: AlertKind


Action = Wait | Retrain | RaiseAlert


@dataclass(frozen=True)
class Step:
    """The result of a rule: the new status, the reason, and what to do."""

    status: Status
    why: str
    attempt: Attempt | None = None
    alert: AlertKind | None = None
    retrain: bool = False


def follow(state: State, step: Step, loop_state: LoopState, now: datetime) -> tuple[State, Action]:
    """Turn a step into an action, but never repeat a request for the same day or an alert.

    On a later day the retrain is requested again with the same run key, in case the request was
    lost; if it was not, the run key exists and nothing starts.
    """
    action = _action(state, step, loop_state)
    changes = _status(state, step, loop_state, now)
    if isinstance(action, Retrain):
        changes |= {"requested": action.run_key, "requested_on": loop_state.newest}
    if step.alert or step.status in QUIET:
        changes["alerted"] = _alert_key(step, loop_state) if step.alert else ""
    return state.model_copy(update=changes), action


def _action(state: State, step: Step, loop_state: LoopState) -> Action:
    if step.retrain and step.attempt:
        key = step.attempt.run_key(loop_state.model)
        if (key, loop_state.newest) == (state.requested, state.requested_on):
            return Wait(why=f"{step.attempt} was requested")
        return Retrain(why=step.why, run_key=key, attempt=step.attempt)
    if step.alert and _alert_key(step, loop_state) != state.alerted:
        return RaiseAlert(why=step.why, kind=step.alert)
    return Wait(why=step.why)


def _status(state: State, step: Step, loop_state: LoopState, now: datetime) -> dict[str, object]:
    """The new status; `since` is kept as long as the status stays the same."""
    status = {
        "status": step.status,
        "production_version": loop_state.production_version,
        "episode": step.attempt.episode if step.attempt else None,
        "attempt": step.attempt.number if step.attempt else 0,
    }
    same = all(getattr(state, name) == value for name, value in status.items())
    return {**status, "since": state.since if same else now}


def _alert_key(step: Step, loop_state: LoopState) -> str:
    """The key of an alert: it is new again after a promotion or another retrain."""
    tried = loop_state.last.run_key(loop_state.model) if loop_state.last else ""
    return f"{step.alert}/{loop_state.production_version}/{tried}"
