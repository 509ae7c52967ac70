"""One line per step of a run, as it happens."""

import time
from collections.abc import Callable

import dagster as dg

from mlops_assets.cli.terminal import say
from mlops_assets.errors import InputError
from mlops_assets.platform.markdown import text_of

INPUT_ERROR = f"{InputError.__module__}.{InputError.__name__}"
ENDS = {
    dg.DagsterEventType.STEP_SUCCESS: ("done", ""),
    dg.DagsterEventType.STEP_FAILURE: ("FAILED", "red"),
    dg.DagsterEventType.STEP_SKIPPED: ("skipped", "yellow"),
}


class Progress:
    """Listens to a Dagster run and prints the name, outcome and seconds of every step.

    With `steps=False` it prints only failed steps. `now` is called with the name of the current
    step.
    """

    def __init__(
        self, model: str, *, steps: bool = True, now: Callable[[str], None] = lambda _: None
    ) -> None:
        self.prefix, self.steps, self.now = f"{model}_", steps, now
        self.began: dict[str, float] = {}

    def __call__(self, entry: dg.EventLogEntry) -> None:
        """Handle one event of the run."""
        event = entry.dagster_event
        if event is None or event.step_key is None:
            return
        if event.event_type == dg.DagsterEventType.STEP_START:
            self.began[event.step_key] = time.monotonic()
            self.now(self._name(event.step_key))
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION and self.steps:
            self._check(event.asset_check_evaluation_data)
        elif event.event_type in ENDS and (self.steps or event.is_step_failure):
            self._end(event, event.step_key)

    def _end(self, event: dg.DagsterEvent, key: str) -> None:
        word, color = ENDS[event.event_type]
        seconds = time.monotonic() - self.began.get(key, time.monotonic())
        say(f"  {self._name(key):<20} {word:<8} {seconds:6.1f} s", color)
        if event.is_step_failure and event.step_failure_data.error:
            self._reason(event.step_failure_data.error)

    def _name(self, key: str) -> str:
        return key.removeprefix(self.prefix).removeprefix("_")

    def _reason(self, error) -> None:
        error = error.cause or error
        if error.cls_name != "DagsterAssetCheckFailedError":  # printed with the check
            words = error.message.strip().removeprefix(f"{INPUT_ERROR}: ")
            say(f"    {words}", "red", err=True)

    def _check(self, check) -> None:
        if not check.passed:
            say(f"    {check.check_name}: {text_of(check.description)}", "yellow")
