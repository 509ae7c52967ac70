"""The Parquet file of one day of the log, in the lake."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_assets.data.prediction_log.entry import UNREAD, Entry, from_record, schema, to_record
from mlops_assets.data.prediction_log.places import LOG, home_id
from mlops_assets.errors import InputError
from mlops_assets.platform.file_systems import open_files
from mlops_assets.platform.lake_files import put_whole
from mlops_assets.platform.temporary import TemporaryPath

if TYPE_CHECKING:
    import pyarrow.parquet as pq

    from mlops_assets.platform.settings import Settings

BATCH = 5_000
NOTES = b"mlops_assets"
EXPERIMENT = "experiment"


def packed_days(settings: Settings, model: str) -> list[date]:
    """The days of which there is a Parquet file."""
    files, root = open_files(settings.lake_url)
    found = files.glob(f"{root}/{model}/{LOG}/*.parquet")
    return sorted(date.fromisoformat(str(path).rpartition("/")[2][:10]) for path in found)


class PackedDay:
    """`<lake>/<model>/prediction_log/<day>.parquet`, with notes on what it is made from."""

    def __init__(self, settings: Settings, model: str, day: date) -> None:
        self._home = settings.home
        self._files, root = open_files(settings.lake_url)
        self._folder = f"{root}/{model}/{LOG}"
        self._path = f"{self._folder}/{day}.parquet"

    def notes(self) -> dict[str, Any]:
        """How many `bytes` of each hourly file it has, and how many `torn` lines it left out.

        A file is named `<home>/<hour>.jsonl`: those of several machines have the same hours. Days
        of release 0.1, which knew one home, have `<hour>.jsonl`.
        """
        import pyarrow.parquet as pq

        if not self._files.exists(self._path):
            return {"bytes": {}, "torn": 0}
        with self._files.open(self._path, "rb") as file:
            return json.loads(pq.read_metadata(file).metadata[NOTES])

    def known(self, notes: dict[str, Any]) -> dict[str, int]:
        """How many bytes of each hourly file of this home it has."""
        given, mine = notes["bytes"], f"{home_id(self._home)}/"
        names = sorted(given, key=lambda name: "/" in name)  # this home's last
        own = {name: name.removeprefix(mine) for name in names}
        return {file: given[name] for name, file in own.items() if "/" not in file}

    def noted(self, sizes: Mapping[str, int]) -> dict[str, int]:
        """The same sizes as notes have them."""
        mine = home_id(self._home)
        return {f"{mine}/{name}": size for name, size in sizes.items()}

    def entries(self) -> Iterator[Entry]:
        """Its entries, a few thousand in memory at a time; none if there is no file."""
        import pyarrow.parquet as pq

        if not self._files.exists(self._path):
            return
        with self._files.open(self._path, "rb") as file:
            for batch in pq.ParquetFile(file).iter_batches(batch_size=BATCH):
                yield from map(from_record, batch.to_pylist())

    def timings(self, begin: datetime, end: datetime) -> Iterator[tuple[str, float]]:
        """The request and the milliseconds of each row from `begin` until before `end`."""
        import pyarrow.parquet as pq

        if not self._files.exists(self._path):
            return
        with self._files.open(self._path, "rb") as file:
            columns = ["at", "request", "milliseconds"]
            for batch in pq.ParquetFile(file).iter_batches(batch_size=BATCH, columns=columns):
                found = zip(*(batch.column(name).to_pylist() for name in columns), strict=True)
                yield from ((request, took) for at, request, took in found if begin <= at < end)

    def of_experiment(self, name: str = "") -> Iterator[Entry]:
        """The entries of an experiment, or of any, without rows and context.

        Only row groups that may have some are read, of them only the columns that are needed.
        """
        import pyarrow.parquet as pq

        if not self._files.exists(self._path):
            return
        with self._files.open(self._path, "rb") as file:
            opened = pq.ParquetFile(file)
            for place in range(opened.num_row_groups):
                if _may_have(opened.metadata.row_group(place), name):
                    yield from _of_experiment(opened, place, name)

    def write(self, entries: Iterable[Entry], notes: dict[str, Any]) -> None:
        """Put a file with the entries in its place, whole or not at all.

        `notes` are read after the last entry. Raises `InputError` if the file is not what it
        should be.
        """
        self._files.makedirs(self._folder, exist_ok=True)
        made = TemporaryPath.file(".parquet")
        self._require(made.path, _write(made.path, entries, notes))
        with made.path.open("rb") as content:
            put_whole(self._files, self._path, content)

    def _require(self, made: Path, rows: int) -> None:
        import pyarrow.parquet as pq

        if (found := pq.read_metadata(made).num_rows) != rows:
            raise InputError(
                seen=f"{made} has {found} rows",
                expected=f"the {rows} rows that were written to it",
                todo="check the disk of TMPDIR",
            )


def _write(made: Path, entries: Iterable[Entry], notes: dict[str, Any]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, records = 0, map(to_record, entries)
    with pq.ParquetWriter(made, schema(), compression="zstd") as writer:
        while batch := list(islice(records, BATCH)):
            writer.write_table(pa.Table.from_pylist(batch, schema()))
            rows += len(batch)
        writer.add_key_value_metadata({NOTES: json.dumps(notes).encode()})
    return rows


def _may_have(group: pq.RowGroupMetaData, name: str) -> bool:
    """Whether a row group may have entries of an experiment, by its least and greatest name."""
    columns = map(group.column, range(group.num_columns))
    known = next(it.statistics for it in columns if it.path_in_schema == EXPERIMENT)
    if known is None or not known.has_min_max:
        return True
    return known.min <= name <= known.max if name else known.max != ""


def _of_experiment(opened: pq.ParquetFile, place: int, name: str) -> Iterator[Entry]:
    import pyarrow.compute as pc

    found = opened.read_row_group(place, [it for it in schema().names if it not in UNREAD])
    wanted = pc.field(EXPERIMENT) == name if name else pc.field(EXPERIMENT) != ""
    yield from map(from_record, found.filter(wanted).to_pylist())
