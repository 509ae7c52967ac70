"""Compare a candidate with the production version on the newest held-out days first.

Both are judged on rows that neither was fitted on: those that the split holds out of every
training. Of a year of such rows, a regime that began last week is a few days, and a candidate that
has learned it looks like noise. So the comparison begins with the held-out days since the
production version was trained, and goes back in time, twice as far each time, until the interval
tells the difference from the tolerance, or all held-out rows are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.spec.gates import MINIMUM_ROWS
from mlops_assets.tasks.metrics.metric import Difference

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class Comparison(Difference):
    """A difference with the rows that it was measured on, in words."""

    on: str = ""


def compare_newest_first(
    days: pd.Series | None,
    since: date | None,
    tolerance: float,
    measured: Callable[[np.ndarray | None], Difference],
) -> Comparison:
    """The difference on the fewest of the newest days that tell it from `tolerance`.

    `days` has the day of each held-out row, (rows,), or None if they have no time; `since` is the
    newest day that production was trained on, if known. `measured` gives the difference on the rows
    at these positions, or on all. Before all rows are used, the whole 95 % interval must be on one
    side of -tolerance; of all rows, the one-sided bound is judged, as without days.
    """
    for first, chosen in windows(days, since) if days is not None else ():
        found = measured(chosen)
        if found.low >= -tolerance or found.high < -tolerance:
            on = f"the {len(chosen):,} held-out rows since {first}, the newest that tell"
            return Comparison(**found.model_dump(), on=on)
    found = measured(None)
    return Comparison(**found.model_dump(), on=f"all {found.support:,} rows")


def windows(days: pd.Series, since: date | None) -> Iterator[tuple[date, np.ndarray]]:
    """The positions of the rows of the newest whole days, (rows,) each, and the first day of them.

    First those after `since`, but at least 30 rows, then at least twice as many, as long as there
    are other rows. Rows without a day are in none.
    """
    import pandas as pd

    known = days.dropna().dt.date.sort_values(ascending=False)
    after = 0 if since is None else int((known > since).sum())
    count = max(MINIMUM_ROWS, after)
    while count < len(known) and (first := known.iloc[count - 1]) > known.iloc[-1]:
        chosen = (pd.to_datetime(days) >= pd.Timestamp(first)).to_numpy().nonzero()[0]
        yield first, chosen
        count = 2 * len(chosen)
