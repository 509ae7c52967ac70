"""Read the rows of one experiment from the log, at a cost that grows with them alone.

Of a packed day without the experiment only the footer is read, of one with it only some columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from mlops_assets.data.prediction_log.entry import Entry, Torn
from mlops_assets.data.prediction_log.packed_day import PackedDay, packed_days
from mlops_assets.data.prediction_log.packing import day_of, locked, unpacked
from mlops_assets.data.prediction_log.places import log_files

if TYPE_CHECKING:
    from mlops_assets.platform.settings import Settings

MARK = b'"experiment"'


def newest_experiment(settings: Settings, model: str, end: datetime) -> str:
    """The experiment of the last row before `end` that is of one; "" if there is none."""
    with locked(settings, model):
        for day in reversed(_days(settings, model, end)):
            found = _of_day(settings, model, day, "", Torn())
            if rows := [(it.at, it.experiment) for it in found if it.at < end]:
                return max(rows)[1]
    return ""


def experiment_entries(
    settings: Settings, model: str, name: str, end: datetime, torn: Torn
) -> list[Entry]:
    """The rows of an experiment before `end`, without features and context.

    Torn lines of the days with the experiment are counted.
    """
    entries = []
    with locked(settings, model):
        for day in _days(settings, model, end):
            lines = Torn()
            found = _of_day(settings, model, day, name, lines)
            if rows := [it for it in found if it.at < end]:
                entries += rows
                torn += lines
    return entries


def _days(settings: Settings, model: str, end: datetime) -> list[date]:
    files = map(day_of, log_files(settings.home, model))
    return [day for day in sorted({*packed_days(settings, model), *files}) if day <= end.date()]


def _of_day(settings: Settings, model: str, day: date, name: str, torn: Torn) -> Iterator[Entry]:
    """The entries of the experiment, or of any, in Parquet and in hourly files."""
    packed = PackedDay(settings, model, day)
    yield from packed.of_experiment(name)
    notes = packed.notes()
    torn.extend([0] * notes["torn"])
    files = [it for it in log_files(settings.home, model) if day_of(it) == day]
    found = unpacked(files, packed.known(notes), torn, MARK)
    yield from (it for it in found if it.experiment and name in ("", it.experiment))
