"""`mlops-assets adopt`: make a home that was copied or moved a home of its own."""

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json
from mlops_assets.cli.terminal import say
from mlops_assets.platform.settings import Settings


def adopt(
    as_json: Json = False,
) -> None:
    """Make a home that was copied or moved a home of its own.

    MLflow's and Dagster's databases name files with their whole path. Other commands refuse a home
    in which they name another folder; this rewrites them. First stop everything that uses the
    home. A copy that was made while runs were in progress may be damaged: use backup and restore.

    Example:  mlops-assets adopt
    """
    from mlops_assets.operations.adopt import adopt_home

    settings = Settings.from_environment()
    done = adopt_home(settings)
    if as_json:
        facts = {"home": str(settings.home), "was": str(done.old) if done else None}
        facts |= {"ended_runs": done.ended_runs, "notes": done.notes} if done else {}
        print_json(facts)
        return
    if done is None:
        typer.echo(f"nothing to do: {settings.home} names its own files")
        return
    for note in done.notes:
        say(f"note       {note}", "yellow")
    typer.echo(f"was        {done.old}")
    typer.echo(f"home       {settings.home}")
    typer.echo(f"ended      {done.ended_runs} runs that were in progress")
