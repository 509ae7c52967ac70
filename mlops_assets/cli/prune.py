"""`mlops-assets prune`: remove what is old and what nothing needs; first only show it."""

from typing import Annotated

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.backup import size
from mlops_assets.cli.options import Json
from mlops_assets.cli.terminal import say, working
from mlops_assets.platform.settings import Settings

SHOWN = 5


def prune(
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="DAYS", help="Age in days, such as 90d.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Remove it; without this, show it.")] = False,
    as_json: Json = False,
) -> None:
    """Remove old versions, MLflow runs, files and days of the lake, and runs of Dagster.

    Only what nothing needs any more. The job `retention` does the same every Sunday.

    What serves, waits, has an alias, or is named by an experiment, a policy version or the last ten
    rows of a model's ledger stays, with its runs, reviews, data and code. SQLite files then give
    their room back to the disk. Take a backup first: nothing brings back what was removed.

    Example:  mlops-assets prune --older-than 90d
    """
    from mlops_assets.definitions import declared
    from mlops_assets.loading import specs
    from mlops_assets.operations.prune.pruning import days_of, find_old, remove
    from mlops_assets.operations.prune.vacuum import vacuum

    settings, age = Settings.from_environment(), days_of(older_than)
    with working("looking for what is old", quiet=as_json):
        parts = find_old(settings, age, specs(declared()).values())
    problems = remove(settings, parts) if yes else []
    freed = vacuum(settings) if yes else {}
    if as_json:
        found = [{"what": it.what, "items": it.items, "bytes": it.bytes} for it in parts]
        given = {str(path): count for path, count in freed.items()}
        print_json({"removed": yes, "parts": found, "problems": problems, "vacuumed": given})
        return
    for part in parts:
        typer.echo(f"{part.what:<13}{len(part.items):>7,}  {size(part.bytes)}")
        for item in part.items[:SHOWN]:
            typer.echo(f"{'':<13}{item}")
        if len(part.items) > SHOWN:
            typer.echo(f"{'':<13}and {len(part.items) - SHOWN:,} more")
    for problem in problems:
        say(problem, "yellow")
    for path, count in freed.items():
        said = "in use, left as it is" if count < 0 else f"{size(count)} given back"
        typer.echo(f"{path.name:<13}{said}")
    say("removed" if yes else "nothing was removed: add --yes to remove it")
