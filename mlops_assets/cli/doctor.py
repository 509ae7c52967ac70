"""`mlops-assets doctor`: check every store: its status, its latency and what to do."""

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json
from mlops_assets.cli.tables import print_row
from mlops_assets.cli.terminal import say, working
from mlops_assets.platform.settings import Settings

WIDTHS = (10, 9, 11)


def doctor(
    as_json: Json = False,
) -> None:
    """Check every store. Exit code 1 if something is unhealthy; a warning is not.

    A check times out after 10 seconds. No password is shown.

    Example:  mlops-assets doctor --json
    """
    from mlops_assets.operations.health.check import Checked, check_all, overall
    from mlops_assets.operations.health.store_checks import checks

    done: list[Checked] = []
    with working("checking", quiet=as_json):
        for checked in check_all(checks(Settings.from_environment())):
            done.append(checked)
            if not as_json:
                _print(checked)
    status = overall(done)
    if as_json:
        print_json({"status": status, "checks": [vars(c) for c in done]})
    else:
        say(f"\n{status}")
    raise typer.Exit(int(status == "unhealthy"))


def _print(checked) -> None:
    took = f"{checked.milliseconds:7.0f} ms"
    print_row([checked.name, checked.status, took, checked.seen], WIDTHS, gap=1)
    if checked.todo:
        print_row(["", "", "", f"→ {checked.todo}"], WIDTHS, gap=1)
