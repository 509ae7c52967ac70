"""`mlops-assets backup` and `restore`: all state as one consistent set, and back."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from mlops_assets.cli.options import Json
from mlops_assets.cli.terminal import say, terminal, working
from mlops_assets.platform.settings import Settings

TELL_SECONDS = 2.0


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    without_warehouse: Annotated[
        bool, typer.Option("--without-warehouse", help="Leave the database of WAREHOUSE_URL out.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Copy all state into a folder, as of one moment, while runs are going on.

    Dagster's, MLflow's and our own databases (SQLite and PostgreSQL), artifacts and lake.
    PostgreSQL needs pg_dump, at least as new as the server, on the PATH.
    DIR/manifest.json is written last: a folder without it is an unfinished backup.

    Example:  mlops-assets backup /mnt/backups/2026-01-31
    """
    from mlops_assets.operations.backup.taking import take_backup

    settings = Settings.from_environment()
    with showing(f"Backing up {settings.home}", quiet=as_json) as show:
        done = take_backup(
            settings, folder, warehouse=not without_warehouse, tell=show.part, count=show.count
        )
    if as_json:
        typer.echo(done.model_dump_json(indent=2))
        return
    for what in done.left_out:
        say(f"left out   {what}", "yellow")
    typer.echo(f"moment     {done.taken_at}")
    typer.echo(f"files      {done.files:,}, {size(done.bytes)}, in {done.seconds:.1f} s")
    typer.echo(f"restore    mlops-assets restore {folder} --to HOME")


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a backup.")],
    to: Annotated[
        str, typer.Option(metavar="HOME", help="The home to restore to; else MLOPS_ASSETS_HOME.")
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Move aside what is there; nothing is deleted.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring a backup back, here or elsewhere, after verifying every hash.

    All of it or nothing. PostgreSQL databases go to MLFLOW_TRACKING_URI, DAGSTER_STORAGE_URL,
    WAREHOUSE_URL and LEDGER_URL, which must be empty, and need pg_restore on the PATH. Stop what
    uses the home before.

    Example:  mlops-assets restore /mnt/backups/2026-01-31 --to /srv/mlops_assets
    """
    from mlops_assets.operations.backup.restoring import restore_backup

    settings = Settings.from_environment(home=str(Path(to).resolve()) if to else "")
    began = time.monotonic()
    with showing(f"Restoring to {settings.home}", quiet=as_json) as show:
        done = restore_backup(folder, settings, force=force, tell=show.part, count=show.count)
    seconds = time.monotonic() - began
    if as_json:
        told = {"home": str(done.home), "files": done.files, "bytes": done.bytes}
        told |= {"ended_runs": done.ended_runs, "notes": done.notes, "seconds": round(seconds, 1)}
        typer.echo(json.dumps(told, indent=2))
        return
    for note in done.notes:
        say(f"note       {note}", "yellow")
    typer.echo(f"files      {done.files:,}, {size(done.bytes)}, in {seconds:.1f} s")
    typer.echo(f"ended      {done.ended_runs} runs that were going on when the backup was taken")
    typer.echo(f"use it     MLOPS_ASSETS_HOME={done.home} mlops-assets doctor")


@contextmanager
def showing(words: str, *, quiet: bool) -> "Iterator[Show]":
    """Show what is going on while the block runs, unless JSON is wanted."""
    with working(words, quiet=quiet) as now:
        show = Show(now, quiet=quiet)
        show.words(words)
        yield show


class Show:
    """One line for each part, and how far its files are: `now`, or a line every few seconds."""

    def __init__(self, now: Callable[[str], None], *, quiet: bool) -> None:
        self.now, self.quiet, self.told, self.what = now, quiet, time.monotonic(), ""

    def words(self, words: str) -> None:
        """A line, unless JSON is wanted."""
        if not self.quiet:
            say(words)

    def part(self, words: str) -> None:
        """What is copied from now on."""
        self.what = words
        self.now(words)
        self.words(f"  {words}")

    def count(self, files: int, total: int) -> None:
        """How far it is."""
        far = f"{self.what}: {files:,} files, {size(total)}"
        self.now(far)
        if time.monotonic() - self.told > TELL_SECONDS and not terminal():
            self.told = time.monotonic()
            self.words(f"  {far}")


def size(total: float) -> str:
    """Bytes for people: `1.2 GB`."""
    for unit in ("bytes", "kB", "MB"):
        if total < 1000:
            return f"{total:.0f} {unit}" if unit == "bytes" else f"{total:.1f} {unit}"
        total /= 1000
    return f"{total:,.1f} GB"
