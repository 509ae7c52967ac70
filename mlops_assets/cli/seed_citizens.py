"""`mlops-assets seed-citizens`: simulated citizens into the warehouse."""

import time
from datetime import datetime
from typing import Annotated

import typer

from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings
from mlops_assets.simulators.citizens import IdIs


def seed_citizens(
    rows: Annotated[int, typer.Option(min=1, help="How many records.")] = 100_000,
    seed: Annotated[int, typer.Option(min=0, help="Other seeds give other people.")] = 0,
    id_is: Annotated[IdIs, typer.Option(help="Whose id jan_aadhaar is.")] = "person",
    replace: Annotated[bool, typer.Option("--replace", help="Remove what is there.")] = False,
    arrivals: Annotated[
        int, typer.Option(min=0, help="Add so many who register on --day, to those there.")
    ] = 0,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of --arrivals.")
    ] = None,
) -> None:
    """Fill the tables citizens and citizens_truth of WAREHOUSE_URL with simulated people.

    No row is a person. 15 % of the records are duplicates of others; citizens_truth says of whom.
    Both tables are filled, or neither.

    Example:  mlops-assets seed-citizens --rows 100000

    A day later:  mlops-assets seed-citizens --arrivals 300 --day 2026-01-05
    """
    from mlops_assets.platform.warehouse.reading import shown
    from mlops_assets.simulators.citizens.warehouse_tables import add_day, fill

    _require_both(arrivals, day, replace)
    url, began = Settings.from_environment().warehouse_url, time.monotonic()
    if day:
        add_day(url, arrivals, seed=seed, id_is=id_is, day=day.date(), tell=typer.echo)
    else:
        fill(url, rows, seed=seed, id_is=id_is, replace=replace, tell=typer.echo)
    typer.echo(f"done       {shown(url)}, in {time.monotonic() - began:.1f} s")


def _require_both(arrivals: int, day: datetime | None, replace: bool) -> None:
    if bool(arrivals) != bool(day) or (day and replace):
        raise InputError(
            seen="--replace beside --arrivals" if replace and day else "--arrivals or --day alone",
            expected="--arrivals and --day together and without --replace, or none of the two",
            todo="give for example --arrivals 300 --day 2026-01-05",
        )
