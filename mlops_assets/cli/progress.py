"""One line for each step of a run, as it happens."""

import time

import dagster as dg
import typer

from mlops_assets.errors import InputError

INPUT_ERROR = f"{InputError.__module__}.{InputError.__name__}"
ENDS = {
    dg.DagsterEventType.STEP_SUCCESS: ("done", None),
    dg.DagsterEventType.STEP_FAILURE: ("FAILED", typer.colors.RED),
    dg.DagsterEventType.STEP_SKIPPED: ("skipped", typer.colors.YELLOW),
}


class Progress:
    """Listens to a Dagster run and prints the name, outcome and seconds of every step.

    With `steps=False` it prints only those that failed.
    """

    def __init__(self, model: str, *, steps: bool = True) -> None:
        self.prefix, self.steps = f"{model}_", steps
        self.began: dict[str, float] = {}

    def __call__(self, entry: dg.EventLogEntry) -> None:
        """Take one event of the run."""
        event = entry.dagster_event
        if event is None or event.step_key is None:
            return
        if event.event_type == dg.DagsterEventType.STEP_START:
            self.began[event.step_key] = time.monotonic()
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION and self.steps:
            self._check(event.asset_check_evaluation_data)
        elif event.event_type in ENDS and (self.steps or event.is_step_failure):
            self._end(event, event.step_key)

    def _end(self, event: dg.DagsterEvent, key: str) -> None:
        word, color = ENDS[event.event_type]
        seconds = time.monotonic() - self.began.get(key, time.monotonic())
        name = key.removeprefix(self.prefix).removeprefix("_")
        typer.secho(f"  {name:<20} {word:<8} {seconds:6.1f} s", fg=color)
        if event.is_step_failure and event.step_failure_data.error:
            self._reason(event.step_failure_data.error)

    def _reason(self, error) -> None:
        error = error.cause or error
        if error.cls_name != "DagsterAssetCheckFailedError":  # the check has said it
            words = error.message.strip().removeprefix(f"{INPUT_ERROR}: ")
            typer.secho(f"    {words}", fg=typer.colors.RED, err=True)

    def _check(self, check) -> None:
        if not check.passed:
            color = typer.colors.YELLOW
            typer.secho(f"    {check.check_name}: {check.description}", fg=color)
