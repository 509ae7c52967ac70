"""Blocks of days with one column shifted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.placebo.rates import LIVE, LONG
from benchmarks.placebo.streams import streams
from benchmarks.placebo.world import COLUMNS, blocks, reference, simulated
from mlops_assets.features.columns import Columns

if TYPE_CHECKING:
    import pandas as pd

SHIFTS = (0.0, 0.5, 1.0, 2.0)
BLOCKS = 25


class Case(NamedTuple):
    """Reference rows, and the blocks that are judged; `shifted` columns are tried one by one."""

    name: str
    columns: Columns
    before: pd.DataFrame
    chosen: list[pd.DataFrame]
    unit: int
    shifted: list[str]

    def moved(self, column: str, deviations: float) -> list[pd.DataFrame]:
        """The blocks with `column` shifted by standard deviations of the reference."""
        by = deviations * self.before[column].std()
        return [it.assign(**{column: it[column] + by}) for it in self.chosen]


def cases() -> Iterator[Case]:
    """The second halves of the streams, and simulated days."""
    for stream in streams():
        if stream.half == "report":
            odd = stream.rows["day"].rank(method="dense") % 2 == 1
            yield _case(stream.name, stream.columns, stream.rows, odd, stream.columns.numeric)
    for correlation in (0.0, 0.5, 0.9, 0.99):
        rng = np.random.default_rng([7, int(1000 * correlation)])
        made = simulated(LONG + LIVE, 500, correlation, "", rng)
        before = (made["day"] - made["day"].min()).dt.days < LONG
        yield _case(f"ρ {correlation}, 500 rows", COLUMNS, made, before, COLUMNS.numeric[:1])


def _case(
    name: str, columns: Columns, rows: pd.DataFrame, before: pd.Series, shifted: list[str]
) -> Case:
    unit = reference(rows[before], columns).days.unit
    found = [*blocks(rows[~before], unit)]
    chosen = [found[at] for at in np.linspace(0, len(found) - 1, BLOCKS).astype(int)]
    return Case(name, columns, rows[before], chosen, unit, shifted)
