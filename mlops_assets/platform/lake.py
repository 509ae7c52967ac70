"""The lake: values passed between assets, as Parquet and JSON files under `LAKE_URL`."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from mlops_assets.platform.lake_files import (
    open_lake,
    read_file,
    table_file,
    write_file,
    write_pointer,
)
from mlops_assets.platform.lake_formats import deserialize, is_record, record_in, serialized
from mlops_assets.platform.table_record import TableRecord

POINTER = "newest.json"
Recorded = TypeVar("Recorded", bound=TableRecord)


class NotMaterializedError(LookupError):
    """An asset has no value in the lake yet."""


def write_newest(place: Sequence[str], value: Any) -> str:
    """Store a record or a table as the newest value at `place`; return its path below LAKE_URL."""
    with serialized(value) as (content, ending):
        file = write_file(place, content, ending)
    write_pointer(place, POINTER, file.rpartition("/")[2])
    return file


def read_newest(place: Sequence[str], type_: Any = None) -> Any:
    """Read the newest value at `place` (model, asset, partition if any).

    A record if `type_` is a type of record, otherwise a DataFrame, without what is known of it.
    Raises `NotMaterializedError` if there is none, and like `read_file`.
    """
    file = newest_file(place)
    if is_record(type_) and issubclass(type_, TableRecord):
        return read_table(file, type_)
    return deserialize(read_file(file), type_)


def newest_file(place: Sequence[str]) -> str:
    """Path below LAKE_URL of the newest value: `model/asset/0123456789abcdef.json`.

    The content of the file never changes. Raises `NotMaterializedError` if there is none.
    """
    files, pointer = open_lake([*place, POINTER])
    if not files.exists(pointer):
        raise NotMaterializedError(
            f"{'/'.join(place)} has not been materialized yet. "
            "Materialize it first, or choose 'Materialize all' on the model's group."
        )
    return "/".join([*place, json.loads(files.cat_file(pointer))["file"]])


def read_table(file: str, type_: type[Recorded]) -> Recorded:
    """The table record in a file returned by `newest_file`; raises like `read_file`.

    Its rows are read when they are needed.
    """
    return record_in(table_file(file), type_)
