"""`mlops-assets backup` and `restore`: copy all state consistently, and restore it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json
from mlops_assets.cli.terminal import say, terminal, working
from mlops_assets.platform.settings import Settings

REPORT_SECONDS = 2.0


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    without_warehouse: Annotated[
        bool, typer.Option("--without-warehouse", help="Leave out the database of WAREHOUSE_URL.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Copy all state into a folder, as of one moment, even while runs are in progress.

    Covers the databases of Dagster, MLflow and this project (SQLite and PostgreSQL), the artifacts
    and the lake. PostgreSQL needs pg_dump on the PATH, at least as new as the server.
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
        print_json(done)
        return
    for what in done.left_out:
        say(f"left out   {what}", "yellow")
    typer.echo(f"moment     {done.taken_at}")
    typer.echo(f"files      {done.files:,}, {size(done.bytes)}, in {done.seconds:.1f} s")
    typer.echo(f"restore    mlops-assets restore {folder} --to HOME")


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The backup's folder.")],
    to: Annotated[
        str,
        typer.Option(metavar="HOME", help="The home to restore to; default: MLOPS_ASSETS_HOME."),
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Move existing state aside; nothing is deleted.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Restore a backup, here or elsewhere, after verifying every hash.

    All or nothing. PostgreSQL databases are restored to MLFLOW_TRACKING_URI, DAGSTER_STORAGE_URL,
    WAREHOUSE_URL and LEDGER_URL, which must be empty; this needs pg_restore on the PATH. First
    stop everything that uses the home.

    Example:  mlops-assets restore /mnt/backups/2026-01-31 --to /srv/mlops_assets
    """
    from mlops_assets.operations.backup.restoring import restore_backup

    settings = Settings.from_environment(home=str(Path(to).resolve()) if to else "")
    began = time.monotonic()
    with showing(f"Restoring to {settings.home}", quiet=as_json) as show:
        done = restore_backup(folder, settings, force=force, tell=show.part, count=show.count)
    seconds = time.monotonic() - began
    if as_json:
        facts = {"home": str(done.home), "files": done.files, "bytes": done.bytes}
        facts |= {"ended_runs": done.ended_runs, "notes": done.notes, "seconds": round(seconds, 1)}
        print_json(facts)
        return
    for note in done.notes:
        say(f"note       {note}", "yellow")
    typer.echo(f"files      {done.files:,}, {size(done.bytes)}, in {seconds:.1f} s")
    typer.echo(f"ended      {done.ended_runs} runs that were in progress when the backup was taken")
    typer.echo(f"use it     MLOPS_ASSETS_HOME={done.home} mlops-assets doctor")


@contextmanager
def showing(words: str, *, quiet: bool) -> "Iterator[Show]":
    """Show progress while the block runs, unless JSON is wanted."""
    with working(words, quiet=quiet) as now:
        show = Show(now, quiet=quiet)
        show.words(words)
        yield show


class Show:
    """One line per part, and its progress: through `now`, or as a line every few seconds."""

    def __init__(self, now: Callable[[str], None], *, quiet: bool) -> None:
        self.now, self.quiet, self.what = now, quiet, ""
        self.reported_at = time.monotonic()

    def words(self, words: str) -> None:
        """Print a line, unless JSON is wanted."""
        if not self.quiet:
            say(words)

    def part(self, words: str) -> None:
        """Begin a part."""
        self.what = words
        self.now(words)
        self.words(f"  {words}")

    def count(self, files: int, total: int) -> None:
        """Report the progress of the part."""
        progress = f"{self.what}: {files:,} files, {size(total)}"
        self.now(progress)
        if time.monotonic() - self.reported_at > REPORT_SECONDS and not terminal():
            self.reported_at = time.monotonic()
            self.words(f"  {progress}")


def size(total: float) -> str:
    """A number of bytes as text: `1.2 GB`."""
    for unit in ("bytes", "kB", "MB"):
        if total < 1000:
            return f"{total:.0f} {unit}" if unit == "bytes" else f"{total:.1f} {unit}"
        total /= 1000
    return f"{total:,.1f} GB"
