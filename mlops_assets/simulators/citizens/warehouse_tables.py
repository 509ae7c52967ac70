"""Fill the warehouse tables `citizens` and `citizens_truth`, and add the arrivals of a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.platform.warehouse.reading import reading
from mlops_assets.platform.warehouse.writing import FilledTable, append, create, exists, writing
from mlops_assets.simulators import citizens

if TYPE_CHECKING:
    import pandas as pd
    import sqlalchemy as sa

CITIZENS, TRUTH = "citizens", "citizens_truth"
Tell = Callable[[str], None]


def fill(
    warehouse_url: str, rows: int, *, seed: int, id_is: citizens.IdIs, replace: bool, tell: Tell
) -> None:
    """Create both tables with a population of `rows` records. Raises `InputError`."""
    with reading(warehouse_url) as connection:
        _require_free(connection, replace)
    tell(f"simulating {rows:,} citizens")
    tables = _tables(*citizens.population(rows, seed=seed, id_is=id_is))
    tell(f"writing    {CITIZENS} and {TRUTH}")
    with writing(warehouse_url) as connection:
        _require_free(connection, replace)
        create(connection, tables)


def add_day(
    warehouse_url: str, rows: int, *, seed: int, id_is: citizens.IdIs, day: date, tell: Tell
) -> None:
    """Add `rows` records of `day` to an existing population. Raises `InputError`."""
    with reading(warehouse_url) as connection:
        population = _population_rows(connection, seed, id_is)
        _require_new_day(connection, seed, id_is, day)
    tell(f"simulating {rows:,} arrivals of {day} after {population:,} citizens")
    arrivals = citizens.arrivals(population, rows, seed=seed, day=day, id_is=id_is)
    tell(f"adding     to {CITIZENS} and {TRUTH}")
    with writing(warehouse_url) as connection:
        for table in _tables(*arrivals):
            append(connection, table.schema(), table.rows)


def _tables(rows: pd.DataFrame, ground_truth: pd.DataFrame) -> list[FilledTable]:
    return [
        FilledTable(CITIZENS, rows, key="citizen_id", index="registered_on"),
        FilledTable(TRUTH, ground_truth, key="citizen_id"),
    ]


def _require_free(connection: sa.Connection, replace: bool) -> None:
    existing = [name for name in (CITIZENS, TRUTH) if exists(connection, name)]
    if existing and not replace:
        raise InputError(
            seen=f"the warehouse has {' and '.join(existing)} already",
            expected="a warehouse without them",
            todo="add --replace to overwrite them, or set WAREHOUSE_URL to another database",
        )


def _require_new_day(connection: sa.Connection, seed: int, id_is: citizens.IdIs, day: date) -> None:
    if _count(connection, citizens.arrivals_label(seed, day, id_is)):
        raise InputError(
            seen=f"arrivals of {day} are in the warehouse already",
            expected="a day without them",
            todo="choose another --day",
        )


def _population_rows(connection: sa.Connection, seed: int, id_is: citizens.IdIs) -> int:
    """The number of records created by `fill`. Raises `InputError` if there are none."""
    filled = exists(connection, CITIZENS) and exists(connection, TRUTH)
    rows = _count(connection, citizens.population_label(seed, id_is)) if filled else 0
    if not rows:
        raise InputError(
            seen=f"no citizens of seed {seed} with an id of the {id_is} are in the warehouse",
            expected="a population to add the arrivals to",
            todo=f"run `mlops-assets seed-citizens --seed {seed} --id-is {id_is}` first, or pass "
            "the --seed and --id-is that it was run with",
        )
    return rows


def _count(connection: sa.Connection, label: str) -> int:
    import sqlalchemy as sa

    ours = sa.column("citizen_id", sa.Text).startswith(f"{label}-", autoescape=True)
    counted = sa.select(sa.func.count()).select_from(sa.table(CITIZENS)).where(ours)
    return int(connection.execute(counted).scalar_one())
