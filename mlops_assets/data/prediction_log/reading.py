"""Read the log of a time, from Parquet and from the hourly files that are not packed yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mlops_assets.data.prediction_log.entry import Entry, Torn
from mlops_assets.data.prediction_log.packed_day import PackedDay, packed_days
from mlops_assets.data.prediction_log.packing import day_of, locked, unpacked
from mlops_assets.data.prediction_log.places import log_files

if TYPE_CHECKING:
    from mlops_assets.platform.settings import Settings

ONE_DAY = timedelta(days=1)


def bounds_of(day: date, zone: str) -> tuple[datetime, datetime]:
    """The beginning of a day in a time zone, and that of the next; 23 to 25 hours apart."""
    begin, end = (datetime.combine(it, time(), ZoneInfo(zone)) for it in (day, day + ONE_DAY))
    return begin.astimezone(UTC), end.astimezone(UTC)


def logged_days(settings: Settings, model: str) -> list[date]:
    """From the first to the last day that may have rows in the log, in any time zone."""
    files = log_files(settings.home, model)
    found = sorted({*packed_days(settings, model), *map(day_of, files)})
    return list(_days_from(found[0] - ONE_DAY, found[-1] + ONE_DAY)) if found else []


def entries_between(
    settings: Settings, model: str, begin: datetime, end: datetime, torn: Torn
) -> Iterator[Entry]:
    """The entries from `begin` until before `end`, one at a time; torn lines are counted."""
    with locked(settings, model):
        files = log_files(settings.home, model)
        for day in _days_from(begin.date(), end.date()):  # both are UTC
            packed = PackedDay(settings, model, day)
            notes = packed.notes()
            torn.extend([0] * notes["torn"])
            for found in (
                packed.entries(),
                unpacked([it for it in files if day_of(it) == day], packed.known(notes), torn),
            ):
                yield from (entry for entry in found if begin <= entry.at < end)


def has_rows(settings: Settings, model: str, day: date, zone: str, least: int) -> bool:
    """Whether the log has at least so many rows of a day in a time zone."""
    found = timings_between(settings, model, *bounds_of(day, zone), Torn())
    return sum(1 for _ in islice(found, least)) == least


def timings_between(
    settings: Settings, model: str, begin: datetime, end: datetime, torn: Torn
) -> Iterator[tuple[str, float]]:
    """The request and the milliseconds of each row from `begin` until before `end`.

    Of packed days only these columns are read.
    """
    with locked(settings, model):
        files = log_files(settings.home, model)
        for day in _days_from(begin.date(), end.date()):  # both are UTC
            packed = PackedDay(settings, model, day)
            yield from packed.timings(begin, end)
            behind = unpacked(
                [it for it in files if day_of(it) == day], packed.known(packed.notes()), torn
            )
            yield from ((it.request, it.milliseconds) for it in behind if begin <= it.at < end)


def _days_from(day: date, last: date) -> Iterator[date]:
    while day <= last:
        yield day
        day += ONE_DAY
