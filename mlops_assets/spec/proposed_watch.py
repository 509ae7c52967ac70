"""Propose how the drift of columns that move by nature is judged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlops_assets.features.columns import Columns, to_numeric
from mlops_assets.features.dates import to_date
from mlops_assets.spec.days import FEWEST_DAYS

if TYPE_CHECKING:
    import pandas as pd

YEAR = re.compile(r"(.*_)?(year|yr)", re.IGNORECASE)
SEASON = re.compile(r"(.*_)?(month|mnth|season|quarter|week(_?of_?year)?)", re.IGNORECASE)
WEEKDAY = re.compile(
    r"(.*_)?(week_?day|day_?of_?week|dow|work(ing)?_?day|(is_?)?weekend)", re.IGNORECASE
)
HOUR = re.compile(r"(.*_)?(hour|hr|hour_?of_?day|time_?of_?day)", re.IGNORECASE)
COMMENT = (
    "These columns move by nature. Of one with `watch: false` drift is not judged; one that is "
    "`expected` to move is compared with the days of the same weekday or season, or at the same "
    "hours."
)


def proposed_watch(rows: pd.DataFrame, columns: Columns, timestamp: str) -> dict[str, Any]:
    """`drift` of defs.yaml: counters and years are not watched; empty without a `timestamp`."""
    if not timestamp:
        return {}
    days = to_date(rows[timestamp]).dt.normalize()
    found: dict[str, Any] = {}
    for name, role in columns.roles():
        if SEASON.fullmatch(name):
            found[name] = {"expected": "season"}
        elif WEEKDAY.fullmatch(name):
            found[name] = {"expected": "weekday"}
        elif HOUR.fullmatch(name):
            found[name] = {"expected": "hour"}
        elif YEAR.fullmatch(name) or _counts_on(rows[name], role, days):
            found[name] = {"watch": False}
    watched = [name for name in columns.names if found.get(name, {}).get("watch", True)]
    return found if watched else {}


def _counts_on(values: pd.Series, role: str, days: pd.Series) -> bool:
    """Whether the mean of a column only rises, or only falls, from day to day."""
    if role not in ("numeric", "date"):
        return False
    numbers = to_numeric(values) if role == "numeric" else to_date(values).astype("int64")
    means = numbers.groupby(days.to_numpy()).mean().dropna()
    changes = len(means) >= FEWEST_DAYS and means.iloc[0] != means.iloc[-1]
    return bool(changes and (means.is_monotonic_increasing or means.is_monotonic_decreasing))
