"""The lake: values passed between assets, as Parquet and JSON files under `LAKE_URL`."""

import hashlib
import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from mlops_assets.errors import InputError
from mlops_assets.platform.file_systems import open_files
from mlops_assets.platform.lake_formats import deserialize, serialize
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.table_record import TableRecord

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

POINTER = "newest.json"
Recorded = TypeVar("Recorded", bound=TableRecord)


class NotMaterializedError(LookupError):
    """An asset has no value in the lake yet."""


def write_newest(place: Sequence[str], value: Any) -> str:
    """Store a record or a table as the newest value at `place`; return its path below LAKE_URL."""
    file = write_file(place, *serialize(value))
    files, folder = _open(place)
    name = file.rpartition("/")[2]
    _put(files, f"{folder}/{POINTER}", json.dumps({"file": name}).encode())
    return file


def read_newest(place: Sequence[str], type_: Any = None) -> Any:
    """Read the newest value at `place` (model, asset, partition if any).

    A record if `type_` is a type of record, otherwise a DataFrame, without what is known of it.
    Raises `NotMaterializedError` if there is none, and like `read_file`.
    """
    return deserialize(read_file(newest_file(place)), type_)


def newest_file(place: Sequence[str]) -> str:
    """Path below LAKE_URL of the newest value: `model/asset/0123456789abcdef.json`.

    The content of the file never changes. Raises `NotMaterializedError` if there is none.
    """
    files, folder = _open(place)
    if not files.exists(f"{folder}/{POINTER}"):
        raise NotMaterializedError(
            f"{'/'.join(place)} has not been materialized yet. "
            "Materialize it first, or choose 'Materialize all' on the model's group."
        )
    name = json.loads(files.cat_file(f"{folder}/{POINTER}"))["file"]
    return "/".join([*place, name])


def read_table(file: str, type_: type[Recorded]) -> Recorded:
    """Read the table record in a file returned by `newest_file`; raises like `read_file`."""
    return deserialize(read_file(file), type_)


def read_file(file: str) -> bytes:
    """Read a file below LAKE_URL that is named after its content.

    Raises `InputError` if it is missing or its content has changed.
    """
    files, root = _open([])
    path = f"{root}/{file}"
    content = files.cat_file(path) if files.exists(path) else None
    if content is not None and _is_intact(path, content):
        return content
    raise InputError(
        seen=f"{path} is gone" if content is None else f"{path} is not what was written there",
        expected="the file as it was recorded",
        todo="materialize the asset again, restore the file from a backup, or set LAKE_URL to the "
        "lake used at that time",
    )


def write_file(place: Sequence[str], content: bytes, ending: str) -> str:
    """Store `content` in a file named after its hash; return the path below LAKE_URL.

    A file of that name with another content, such as one that was cut off, is written again.
    """
    files, folder = _open(place)
    name = f"{_digest(content)}.{ending}"
    path = f"{folder}/{name}"
    files.makedirs(folder, exist_ok=True)
    if not (files.exists(path) and _is_intact(path, files.cat_file(path))):
        _put(files, path, content)
    return "/".join([*place, name])


def _is_intact(path: str, content: bytes) -> bool:
    """Whether the content is what the file is named after."""
    return _digest(content) == path.rpartition("/")[2].partition(".")[0]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _open(place: Sequence[str]) -> "tuple[AbstractFileSystem, str]":
    files, root = open_files(Settings.from_environment().lake_url)
    return files, "/".join([root, *place])


def _put(files: "AbstractFileSystem", path: str, content: bytes) -> None:
    part = f"{path}.{uuid4().hex}.part"  # unique, because two runs may store the same file
    with files.open(part, "wb") as file:
        file.write(content)
        if "file" in files.protocol:  # else the name may reach the disk before the content does
            file.flush()
            os.fsync(file.fileno())
    files.mv(part, path)
