"""`mlops-assets doctor`: every store with what was seen, its latency and what to do."""

import json

import typer

from mlops_assets.cli.options import Json
from mlops_assets.platform.settings import Settings

COLORS = {
    "healthy": typer.colors.GREEN,
    "warning": typer.colors.YELLOW,
    "unhealthy": typer.colors.RED,
}


def doctor(
    as_json: Json = False,
) -> None:
    """Check every store. Exit code 1 if something is unhealthy; a warning is not.

    A check that gets no answer ends after 10 seconds. No password is shown.

    Example:  mlops-assets doctor --json
    """
    from mlops_assets.operations.health.check import Checked, check_all, overall
    from mlops_assets.operations.health.store_checks import checks

    done: list[Checked] = []
    for checked in check_all(checks(Settings.from_environment())):
        done.append(checked)
        if not as_json:
            _print(checked)
    status = overall(done)
    if as_json:
        typer.echo(json.dumps({"status": status, "checks": [vars(c) for c in done]}, indent=2))
    else:
        typer.secho(f"\n{status}", fg=COLORS[status])
    raise typer.Exit(int(status == "unhealthy"))


def _print(checked) -> None:
    typer.echo(f"{checked.name:<10} ", nl=False)
    typer.secho(f"{checked.status:<9}", fg=COLORS[checked.status], nl=False)
    typer.echo(f" {checked.milliseconds:7.0f} ms  {checked.seen}")
    if checked.todo:
        typer.echo(f"{'':<33}→ {checked.todo}")
