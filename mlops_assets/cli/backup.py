"""`mlops-assets backup` and `restore`: all state as one consistent set, and back."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from mlops_assets.cli.options import Json
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

    settings, show = Settings.from_environment(), Show(quiet=as_json)
    show.words(f"Backing up {settings.home}")
    done = take_backup(
        settings, folder, warehouse=not without_warehouse, tell=show.part, count=show.count
    )
    if as_json:
        typer.echo(done.model_dump_json(indent=2))
        return
    for what in done.left_out:
        typer.secho(f"left out   {what}", fg=typer.colors.YELLOW)
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
    show, began = Show(quiet=as_json), time.monotonic()
    show.words(f"Restoring to {settings.home}")
    done = restore_backup(folder, settings, force=force, tell=show.part, count=show.count)
    seconds = time.monotonic() - began
    if as_json:
        told = {"home": str(done.home), "files": done.files, "bytes": done.bytes}
        told |= {"ended_runs": done.ended_runs, "notes": done.notes, "seconds": round(seconds, 1)}
        typer.echo(json.dumps(told, indent=2))
        return
    for note in done.notes:
        typer.secho(f"note       {note}", fg=typer.colors.YELLOW)
    typer.echo(f"files      {done.files:,}, {size(done.bytes)}, in {seconds:.1f} s")
    typer.echo(f"ended      {done.ended_runs} runs that were going on when the backup was taken")
    typer.echo(f"use it     MLOPS_ASSETS_HOME={done.home} mlops-assets doctor")


class Show:
    """One line for each part, and every few seconds how far its files are."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet, self.told, self.now = quiet, time.monotonic(), ""

    def words(self, words: str) -> None:
        """A line, unless JSON is wanted."""
        if not self.quiet:
            typer.echo(words)

    def part(self, words: str) -> None:
        """What is copied from now on."""
        self.now = words
        self.words(f"  {words}")

    def count(self, files: int, total: int) -> None:
        """How far it is."""
        if time.monotonic() - self.told > TELL_SECONDS:
            self.told = time.monotonic()
            self.words(f"  {self.now}: {files:,} files, {size(total)}")


def size(total: float) -> str:
    """Bytes for people: `1.2 GB`."""
    for unit in ("bytes", "kB", "MB"):
        if total < 1000:
            return f"{total:.0f} {unit}" if unit == "bytes" else f"{total:.1f} {unit}"
        total /= 1000
    return f"{total:,.1f} GB"
