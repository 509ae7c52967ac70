"""One line per step of a run, as it happens."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import dagster as dg
from dagster import DagsterEventType as Kind

from mlops_assets.cli.terminal import say
from mlops_assets.errors import InputError
from mlops_assets.platform.markdown import text_of

INPUT_ERROR = f"{InputError.__module__}.{InputError.__name__}"
INTERRUPTS = {"KeyboardInterrupt", "DagsterExecutionInterruptedError"}
ENDS = {
    Kind.STEP_SUCCESS: ("done", ""),
    Kind.STEP_FAILURE: ("FAILED", "red"),
    Kind.STEP_SKIPPED: ("skipped", "yellow"),
}


@dataclass(frozen=True)
class Step:
    """A step that ended: `done`, `failed` (with its reason), `skipped` or `stopped`."""

    name: str
    outcome: str
    seconds: float
    reason: str = ""


class Progress:
    """Listens to a Dagster run and prints the name, outcome and seconds of every step.

    With `steps=False` it prints only failed steps. `now` is called with the name of the current
    step, and `interrupted` once if Ctrl-C stops one. `ended` has the steps that ended.
    """

    def __init__(
        self,
        model: str,
        *,
        steps: bool = True,
        now: Callable[[str], None] = lambda _: None,
        interrupted: Callable[[], None] = lambda: None,
    ) -> None:
        self.prefix, self.steps, self.now = f"{model}_", steps, now
        self.interrupted, self.was_interrupted = interrupted, False
        self.began: dict[str, float] = {}
        self.ended: list[Step] = []

    def __call__(self, entry: dg.EventLogEntry) -> None:
        """Handle one event of the run."""
        event = entry.dagster_event
        if event and event.event_type == Kind.RUN_FAILURE:
            self.was_interrupted |= _is_interrupt(event.job_failure_data.error)
        if event is None or event.step_key is None:
            return
        if event.event_type == Kind.STEP_START:
            self.began[event.step_key] = time.monotonic()
            self.now(self._name(event.step_key))
        elif event.event_type == Kind.ASSET_CHECK_EVALUATION and self.steps:
            self._check(event.asset_check_evaluation_data)
        elif event.event_type in ENDS:
            self._end(event, event.step_key)

    def _end(self, event: dg.DagsterEvent, key: str) -> None:
        word, color = ENDS[event.event_type]
        error = event.step_failure_data.error if event.is_step_failure else None
        if _is_interrupt(error):
            word, color, error = "stopped", "yellow", None
        seconds = time.monotonic() - self.began.get(key, time.monotonic())
        reason = _reason(error) if error else ""
        self.ended.append(Step(self._name(key), word.lower(), round(seconds, 1), reason))
        if self.steps or event.is_step_failure:
            say(f"  {self._name(key):<20} {word:<8} {seconds:6.1f} s", color)
        if reason:
            say(f"    {reason}", "red", err=True)
        if word == "stopped":
            self.was_interrupted = True
            self.interrupted()

    def _name(self, key: str) -> str:
        return key.removeprefix(self.prefix).removeprefix("_")

    def _check(self, check) -> None:
        if not check.passed:
            say(f"    {check.check_name}: {text_of(check.description)}", "yellow")


def _is_interrupt(error) -> bool:
    return error is not None and bool(
        {error.cls_name, getattr(error.cause, "cls_name", "")} & INTERRUPTS
    )


def _reason(error) -> str:
    """Why a step failed; empty if it was printed with the check that failed."""
    error = error.cause or error
    if error.cls_name == "DagsterAssetCheckFailedError":
        return ""
    return error.message.strip().removeprefix(f"{INPUT_ERROR}: ")
