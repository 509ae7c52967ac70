"""Turn the hourly files of past days into one Parquet file per day in the lake.

The server only appends, so a Parquet file notes how many bytes of each hourly file of each home it
has. A line is taken once however often this is interrupted, and an hourly file is removed only once
the Parquet file with all its lines is in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.data.prediction_log.entry import Entry, Torn, entries_in
from mlops_assets.data.prediction_log.packed_day import PackedDay
from mlops_assets.data.prediction_log.places import log_files
from mlops_assets.platform.locks import lock

if TYPE_CHECKING:
    from mlops_assets.platform.settings import Settings

AFTER = timedelta(hours=2)
"""A day is packed this long after its end: until then a server may still write to it."""


def pack(settings: Settings, model: str, now: datetime) -> list[date]:
    """Pack the days that have ended; which ones. `now` has a time zone."""
    with locked(settings, model):
        days = groupby(log_files(settings.home, model), key=day_of)
        return [
            day
            for day, files in days
            if _has_ended(day, now) and _pack(settings, model, day, [*files])
        ]


def is_due(home: Path, model: str, now: datetime) -> bool:
    """Whether there are hourly files of a day that has ended."""
    return any(_has_ended(day_of(path), now) for path in log_files(home, model)[:1])


def locked(settings: Settings, model: str) -> AbstractContextManager[None]:
    """No file of the log is packed by another process inside the block; servers go on writing.

    Servers on several machines pack their files into one, so the lock is on the lake's database.
    """
    return lock(settings, f"serving/{model}/packing")


def day_of(path: Path) -> date:
    """The day of an hourly file, in UTC."""
    return date.fromisoformat(path.name[:10])


def unpacked(
    files: Sequence[Path], known: Mapping[str, int], torn: Torn, having: bytes = b""
) -> Iterator[Entry]:
    """The entries of hourly files behind the bytes that are `known` already (see `entries_in`)."""
    for path in files:
        yield from entries_in(path, torn, _begin(path, known), having)


def _has_ended(day: date, now: datetime) -> bool:
    return datetime.combine(day, time(), UTC) + timedelta(days=1) + AFTER <= now


def _pack(settings: Settings, model: str, day: date, files: list[Path]) -> bool:
    packed = PackedDay(settings, model, day)
    notes = packed.notes()
    known = packed.known(notes)
    if any(path.stat().st_size != known.get(path.name, 0) for path in files):
        notes["bytes"] |= packed.noted({path.name: path.stat().st_size for path in files})
        packed.write(_all(packed, files, known, notes), notes)
    for path in files:
        path.unlink()
    return True


def _all(
    packed: PackedDay, files: list[Path], known: dict[str, int], notes: dict
) -> Iterator[Entry]:
    torn = Torn()
    yield from packed.entries()
    yield from unpacked(files, known, torn)
    notes["torn"] += len(torn)


def _begin(path: Path, known: Mapping[str, int]) -> int:
    begin = known.get(path.name, 0)
    return begin if begin <= path.stat().st_size else 0  # another file of that hour
