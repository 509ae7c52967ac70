"""Run the servers of `mlops-assets up` together: one `up` per home, and all end with one Ctrl-C."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from mlops_assets.cli.terminal import say
from mlops_assets.errors import InputError
from mlops_assets.platform.locks import held_by_other
from mlops_assets.platform.mlflow.store import MLFLOW_ENVIRONMENT
from mlops_assets.platform.processes import end_marked, marked, shown
from mlops_assets.platform.settings import Settings

STOP_SECONDS = 30
UNMENDABLE = (
    "ignore:starlette.middleware.wsgi is deprecated",
    "ignore:Parameter `execution_type` of function `AssetsDefinition.__init__` is currently in",
)
"""Warnings of MLflow and Dagster about their own code, by their first words, exactly."""
# Everything that `up` starts, at any depth, has it, with the home as its value.
MARK = "MLOPS_ASSETS_UP"


@contextmanager
def only_one(settings: Settings, what: str) -> Iterator[None]:
    """No other `up` serves the home, or Dagster's database, inside the block.

    Both are unlocked if this one is killed. Raises `InputError` with what the other one said about
    itself.
    """
    from filelock import FileLock, Timeout

    settings.home.mkdir(parents=True, exist_ok=True)
    about = settings.home / "up.txt"
    lock = FileLock(settings.home / "up.lock")
    try:
        held = lock.acquire(timeout=0)
    except Timeout:
        other = about.read_text().strip() if about.exists() else "another process"
        raise InputError(
            seen=f"`mlops-assets up` serves {settings.home} already: {other}",
            expected="one for each home",
            todo="use that one or stop it (Ctrl-C there), or choose another MLOPS_ASSETS_HOME",
        ) from None
    with held, _only_daemon(settings):
        about.write_text(f"process {os.getpid()}, {what}\n")
        yield


@contextmanager
def _only_daemon(settings: Settings) -> Iterator[None]:
    """Two daemons of one Dagster database would start everything twice, on whatever machines."""
    if not settings.dagster_storage_url:
        yield
        return
    with held_by_other(settings.dagster_storage_url, "up") as other:
        if other:
            raise InputError(
                seen=f"`mlops-assets up` has the database of DAGSTER_STORAGE_URL already: {other}",
                expected="one for each database, since it has Dagster's daemon",
                todo="use that one, or stop it (Ctrl-C there); other machines need none",
            )
        yield


def end_orphans(settings: Settings, *, unasked: bool) -> None:
    """End what a killed `up` of this home left running, `unasked` or if a person agrees.

    Raises `InputError`, which names each process, otherwise.
    """
    found = marked(MARK, str(settings.home))
    if not found:
        return
    named = "\n".join(f"  {shown(it)}" for it in found)
    if not unasked and os.isatty(0):
        typer.echo(f"An earlier `up` of {settings.home} was killed and left running:\n{named}")
        unasked = typer.confirm("End them?")
    if not unasked:
        raise InputError(
            seen=f"an earlier `up` of {settings.home} was killed and left running:\n{named}",
            expected="no servers of this home",
            todo="end them with `mlops-assets up --end-orphans`; a run among them is cancelled",
        )
    ended = end_marked(MARK, str(settings.home))
    typer.echo(f"Ended {ended} processes that an earlier `up` left running.")


def serve(
    commands: list[list[str]],
    settings: Settings,
    environment: dict[str, str],
    extra: list[str] | None = None,
) -> int:
    """Run the commands until one ends or Ctrl-C, and stop them all; returns the exit code.

    If `extra`, a further command, ends by itself, the others go on. `environment` is added to this
    process' own; secrets are there, as `ps` shows commands to all.
    """
    given = {**os.environ, **MLFLOW_ENVIRONMENT, **environment, MARK: str(settings.home)}
    given["PYTHONWARNINGS"] = ",".join([*filter(None, [given.get("PYTHONWARNINGS")]), *UNMENDABLE])
    # Also if a shell started this in the background, with Ctrl-C disabled.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    # A session of their own: Ctrl-C reaches only this process, which stops them in order.
    processes = [
        subprocess.Popen(command, cwd=settings.project_root, env=given, start_new_session=True)
        for command in (*commands, *([extra] if extra else []))
    ]
    code, needed = 0, processes[: len(commands)]
    try:
        while all(process.poll() is None for process in needed):
            time.sleep(0.3)
        code = 1
        say("A server stopped unexpectedly; stopping what else runs.", "red", err=True)
    except KeyboardInterrupt:
        typer.echo("\nStopping …")
    _stop(processes)
    return code


def _stop(processes: list[subprocess.Popen]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
