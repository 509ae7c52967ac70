"""`mlops-assets seed-citizens`: fill the warehouse with simulated citizens."""

import time
from datetime import datetime
from typing import Annotated

import typer

from mlops_assets.cli.answer import lines_to_stderr, print_json
from mlops_assets.cli.options import Json
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings
from mlops_assets.simulators.citizens import IdIs


def seed_citizens(
    rows: Annotated[int, typer.Option(min=1, help="Number of records.")] = 100_000,
    seed: Annotated[int, typer.Option(min=0, help="Other seeds give other people.")] = 0,
    id_is: Annotated[
        IdIs, typer.Option(help="Whether jan_aadhaar identifies a person or a family.")
    ] = "person",
    replace: Annotated[bool, typer.Option("--replace", help="Replace existing tables.")] = False,
    arrivals: Annotated[
        int, typer.Option(min=0, help="Add this many citizens, registered on --day.")
    ] = 0,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of --arrivals.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Fill the tables citizens and citizens_truth of WAREHOUSE_URL with simulated people.

    No row is a real person. 15 % of the records are duplicates; citizens_truth has the true
    person of each record. Either both tables are filled or neither.

    Example:  mlops-assets seed-citizens --rows 100000

    A day later:  mlops-assets seed-citizens --arrivals 300 --day 2026-01-05
    """
    from mlops_assets.platform.warehouse.reading import shown
    from mlops_assets.simulators.citizens.warehouse_tables import add_day, fill

    _require_both(arrivals, day, replace)
    url, began = Settings.from_environment().warehouse_url, time.monotonic()
    with lines_to_stderr(as_json):
        if day:
            add_day(url, arrivals, seed=seed, id_is=id_is, day=day.date(), tell=typer.echo)
        else:
            fill(url, rows, seed=seed, id_is=id_is, replace=replace, tell=typer.echo)
    seconds = time.monotonic() - began
    if as_json:
        facts = {"warehouse": shown(url), "rows": arrivals if day else rows}
        print_json(facts | {"day": day.date() if day else None, "seconds": round(seconds, 1)})
        return
    typer.echo(f"done       {shown(url)}, in {seconds:.1f} s")


def _require_both(arrivals: int, day: datetime | None, replace: bool) -> None:
    if bool(arrivals) != bool(day) or (day and replace):
        raise InputError(
            seen="--replace with --arrivals" if replace and day else "--arrivals or --day alone",
            expected="--arrivals and --day together and without --replace, or neither",
            todo="give for example --arrivals 300 --day 2026-01-05",
        )
