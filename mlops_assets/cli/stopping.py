"""What Ctrl-C leaves of a command: one sentence and exit code 130, not a failure."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import typer

from mlops_assets.cli.terminal import say

EXIT_CODE = 130
"""What shells report for a program that Ctrl-C ended."""
NOTHING = "nothing changed"
STAGES = "a change that had begun is finished by the next command; see `mlops-assets history`"
STAYS = {
    "retrain": "the run is recorded as canceled, and what serves did not change unless the step "
    "production_version had ended",
    "monitor": "the run is recorded as canceled; the steps that had ended stay, and the same "
    "command plays the day again",
    "demo": "the days that were played stay; the same command goes on from there",
    "promote": STAGES,
    "reject": STAGES,
    "archive": STAGES,
    "delete": STAGES,
    "rollback": STAGES,
    "review": STAGES,
    "acknowledge": "see `mlops-assets doctor` and the drift sensor for whether it was done",
    "init": "what was created stays; the same command creates the rest",
    "upgrade": "a database that was being migrated is as before, or partly migrated: repeat the "
    "command, or restore the backup if it is refused",
    "seed-citizens": "either both tables were filled or neither",
    "backup": "the folder has no manifest.json, so it is not a backup; delete it",
    "restore": "what was restored so far stays in the new home; delete it, or restore with --force",
    "prune": "what was removed so far is gone, and nothing that is left needs it; the same command "
    "goes on from there",
    "adopt": "what was rewritten stays; the same command goes on from there",
    "backtest": "the days that were played stay; the same command goes on from there",
    "compare": "nothing changed but the pages that were written",
    "up": "its servers are stopped",
    "labels": "either all labels of the file were taken or none",
    "pipeline": "a retrain that had not ended is recorded as canceled, and requests that had begun "
    "were answered",
    "serve": "requests that had begun were answered",
}
"""What stays of a command that changes something; the others change nothing."""
READ_ONLY = (
    *("models", "overview", "versions", "history", "doctor", "drill", "explain", "reproduce"),
    *("new", "ui-user", "experiment", "evaluate", "policies", "variant"),
)
"""Commands that change nothing, or all in their last write."""


def stoppable(command: Callable[..., None]) -> Callable[..., None]:
    """The command, whose Ctrl-C ends in a sentence that says what stays."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        with stopped_by_ctrl_c(command.__name__.replace("_", "-")):
            command(*arguments, **options)

    return run


@contextmanager
def stopped_by_ctrl_c(name: str) -> Iterator[None]:
    """Turn Ctrl-C into `Stopped by Ctrl-C; …` and exit code 130."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"\n{stopped(name)}", "yellow", err=True)
        raise typer.Exit(EXIT_CODE) from None


def stopped(name: str) -> str:
    """The sentence for a command, such as `Stopped by Ctrl-C; nothing changed`."""
    what = STAYS.get(name) or (NOTHING if name in READ_ONLY else "")
    return f"Stopped by Ctrl-C{'; ' if what else ''}{what}."
