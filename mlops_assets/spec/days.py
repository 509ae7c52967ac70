"""Find the column that says when a row was seen, and propose the daily loop for it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops_assets.data.profile.column_stats import missing
from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.features.dates import to_times
from mlops_assets.spec.monitoring import OFF

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.finding import Finding

FEWEST_DAYS = 20  # fewer are too few to hold out whole days, and to see a drift
DAYS_TO_MONITOR = 30
STILL_GROWING = 7
"""A file whose newest row is at most this many days old may get more."""
FILES = ("csv", "parquet")
NO_TIMESTAMP = "none"
NAMES = re.compile(
    r"(time_?stamp|date_?time|(event|pickup|order|transaction|measured|observed|recorded|seen)?_?"
    r"(time|date|day|at|on))|.*(_at|time_?stamp)",
    re.IGNORECASE,
)
NIGHTLY, EARLY = "H 2 * * *", "H 4 * * *"


class Days(NamedTuple):
    """A column of dates that every row has, with the days it covers."""

    timestamp: str
    first: date
    last: date
    days: int
    in_order: bool
    """Whether the rows are sorted by it, in either direction."""

    @property
    def is_time_of_row(self) -> bool:
        """Whether it looks like the time of a row, and has enough days to hold some out."""
        named = NAMES.fullmatch(self.timestamp)
        return self.days >= FEWEST_DAYS and bool(self.in_order or named)


def days_of(rows: pd.DataFrame, findings: dict[str, Finding]) -> list[Days]:
    """The date columns that every row has, those in whose order the rows are first."""
    found = [
        _days(rows[name], it.date_format)
        for name, it in findings.items()
        if it.role == "date" and not it.missing_dates and not missing(rows[name]).any()
    ]
    return sorted(found, key=lambda it: not it.in_order)


def _days(values: pd.Series, written: str) -> Days:
    times = to_times(values, written)
    in_order = times.is_monotonic_increasing or times.is_monotonic_decreasing
    whole = times.dt.date
    return Days(str(values.name), whole.min(), whole.max(), whole.nunique(), in_order)


def chosen_days(found: list[Days], given: str) -> Days | None:
    """The column given, or else the first that looks like the time of a row; None for none.

    Raises `InputError` if the one given is no column of dates that every row has.
    """
    if given == NO_TIMESTAMP:
        return None
    if not given:
        return next((it for it in found if it.is_time_of_row), None)
    known = {it.timestamp: it for it in found}
    if given in known:
        return known[given]
    raise InputError(
        seen=f"{given!r} as the timestamp{nearest(given, list(known))}",
        expected=f"a column with a date in every row, one of {list(known)}",
        todo="give one of them, or `--timestamp none` for a model without a daily loop",
    )


def why_no_loop(found: list[Days]) -> str:
    """Why a model without a timestamp has no daily monitoring, as a sentence."""
    if not found:
        why = "no column has a date in every row, so nothing tells one day from another"
    elif few := [it for it in found if it.days < FEWEST_DAYS]:
        why = f"{few[0].timestamp!r} has only {few[0].days} days, and {FEWEST_DAYS} are needed"
    else:
        why = f"it is not clear that {found[0].timestamp!r} is when a row was seen"
    return f"no daily monitoring: {why}"


class Loop(NamedTuple):
    """What `new` writes about the days of a model, and what it says about them."""

    lines: dict[str, Any]
    """Keys of defs.yaml."""
    comments: dict[str, str]


def loop_for(days: Days | None, source_type: str, nightly: bool, today: date) -> Loop:
    """When the model is monitored and retrained.

    A file that no longer grows is neither retrained nor monitored by itself.
    """
    is_file = source_type in FILES
    retrain = NIGHTLY if nightly or not is_file else OFF
    if days is None:
        return Loop({"schedule": {"retrain": retrain}}, {"schedule": _about_retrain(retrain)})
    ended = is_file and (today - days.last).days > STILL_GROWING
    start = max(days.first, days.last - timedelta(days=DAYS_TO_MONITOR - 1))
    lines = {
        "live": {"start": start},
        "performance": {"drop": 0.05},
        "schedule": {"retrain": retrain, "monitor": OFF if ended else EARLY},
    }
    monitored = (
        f"The file ends on {days.last}, so no day is monitored by itself. Once it gets new rows "
        f"each day, write `monitor: {EARLY}`; meanwhile `mlops-assets monitor` takes --day. "
        if ended
        else f"Each morning the day before is monitored; the newest row is of {days.last}. "
    )
    live = (
        "The first day that can be monitored. The rows of a day are read from the source above "
        "unless there is another `source` here."
    )
    drop = "How far the daily performance may fall below that of the holdout."
    schedule = monitored + _about_retrain(retrain)
    return Loop(lines, {"live": live, "performance": drop, "schedule": schedule})


def _about_retrain(retrain: str) -> str:
    if retrain != OFF:
        return "The model is retrained each night; on unchanged data that registers nothing."
    return (
        "A file that never changes needs no nightly retrain: `mlops-assets retrain` does one. "
        f"With `retrain: {NIGHTLY}` there is one each night."
    )
