"""What the retrain policy remembers from tick to tick, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mlops_assets.retraining.loop_state import Attempt, LoopState

Status = Literal["stable", "suspect", "retraining", "cooling_down", "escalated", "latched"]
AlertKind = Literal["no_new_labels", "latched", "escalated"]
QUIET = ("stable", "cooling_down")


class State(BaseModel):
    """Where the model stands. Losing it costs at most one repeated alert, never a retrain."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status = "stable"
    production_version: str = ""
    episode: date | None = Field(default=None, description="None where nothing is suspected.")
    attempt: int = Field(default=0, description="The retrain of it that runs, ran last or is due.")
    since: datetime | None = Field(
        default=None, description="When it came to stand there, by the clock."
    )
    requested: str = Field(default="", description="Run key of the retrain asked for last.")
    requested_on: date | None = Field(default=None, description="The newest day at that time.")
    alerted: str = Field(default="", description="The last alert; empty again once all is quiet.")
    seen: str = Field(default="", description="Mark of what was decided on last.")
    said: str = Field(default="", description="The sentence that came of it.")

    @classmethod
    def restore(cls, cursor: str | None) -> State:
        """From a sensor's cursor; the initial state where that is lost or cannot be read."""
        try:
            return cls.model_validate_json(cursor or "{}")
        except ValidationError:
            return cls()


class Wait(BaseModel):
    """Do nothing; `why` is the sentence of the sensor's tick."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    why: str


class Retrain(Wait):
    """Start a retrain with this run key, tagged with `attempt.tags`."""

    run_key: str
    attempt: Attempt


class RaiseAlert(Wait):
    """Tell a person; `why` is the text."""

    kind: AlertKind


Action = Wait | Retrain | RaiseAlert


@dataclass(frozen=True)
class Step:
    """What a rule found: where the model stands, why, and what to do about it."""

    status: Status
    why: str
    attempt: Attempt | None = None
    alert: AlertKind | None = None
    retrain: bool = False


def follow(state: State, step: Step, loop_state: LoopState, now: datetime) -> tuple[State, Action]:
    """Turn a step into an action, once: not for the same loop state, nor for the same alert, again.

    On a later day a retrain is asked for again with the same run key, in case the request was
    lost; where it was not, the run key exists and nothing starts.
    """
    action = _action(state, step, loop_state)
    changes = _standing(state, step, loop_state, now)
    if isinstance(action, Retrain):
        changes |= {"requested": action.run_key, "requested_on": loop_state.newest}
    if step.alert or step.status in QUIET:
        changes["alerted"] = _alert_key(step, loop_state) if step.alert else ""
    return state.model_copy(update=changes), action


def _action(state: State, step: Step, loop_state: LoopState) -> Action:
    if step.retrain and step.attempt:
        key = step.attempt.run_key(loop_state.model)
        if (key, loop_state.newest) == (state.requested, state.requested_on):
            return Wait(why=f"{step.attempt} was asked for")
        return Retrain(why=step.why, run_key=key, attempt=step.attempt)
    if step.alert and _alert_key(step, loop_state) != state.alerted:
        return RaiseAlert(why=step.why, kind=step.alert)
    return Wait(why=step.why)


def _standing(state: State, step: Step, loop_state: LoopState, now: datetime) -> dict[str, object]:
    """Where the model stands; `since` is kept as long as it stands where it stood."""
    standing = {
        "status": step.status,
        "production_version": loop_state.production_version,
        "episode": step.attempt.episode if step.attempt else None,
        "attempt": step.attempt.number if step.attempt else 0,
    }
    same = all(getattr(state, name) == value for name, value in standing.items())
    return {**standing, "since": state.since if same else now}


def _alert_key(step: Step, loop_state: LoopState) -> str:
    """An alert is news again once a version was promoted or a retrain was started."""
    tried = loop_state.last.run_key(loop_state.model) if loop_state.last else ""
    return f"{step.alert}/{loop_state.production_version}/{tried}"
