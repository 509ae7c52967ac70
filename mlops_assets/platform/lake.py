"""The lake: values passed between assets, as Parquet and JSON files under `LAKE_URL`."""

import hashlib
import io
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pydantic import BaseModel

from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    from fsspec import AbstractFileSystem

POINTER = "newest.json"


class NotMaterializedError(LookupError):
    """An asset has no value in the lake yet."""


def write_newest(place: Sequence[str], value: Any) -> str:
    """Store a record or a table as the newest value at `place`; return the file's path."""
    name = write_file(place, *_serialize(value)).rpartition("/")[2]
    files, folder = _open(place)
    _put(files, f"{folder}/{POINTER}", json.dumps({"file": name}).encode())
    return f"{folder}/{name}"


def read_newest(place: Sequence[str], type_: Any = None) -> Any:
    """Read the newest value at `place` (model, asset, partition if any): a record or a table.

    Raises `NotMaterializedError` if there is none.
    """
    files, root = _open([])
    return _deserialize(files.cat_file(f"{root}/{newest_file(place)}"), type_)


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


def read_table(file: str) -> "pd.DataFrame":
    """Read the table in a file returned by `newest_file`; raises like `read_file`."""
    return _deserialize(read_file(file), None)


def read_file(file: str) -> bytes:
    """Read a file below LAKE_URL that is named after its content.

    Raises `InputError` if it is missing or its content has changed.
    """
    files, root = _open([])
    path = f"{root}/{file}"
    content = files.cat_file(path) if files.exists(path) else None
    if content is not None and _digest(content) == path.rpartition("/")[2].partition(".")[0]:
        return content
    raise InputError(
        seen=f"{path} is gone" if content is None else f"{path} is not what was written there",
        expected="the file as it was recorded",
        todo="set LAKE_URL to the lake used at that time, or restore the file from a backup",
    )


def write_file(place: Sequence[str], content: bytes, ending: str) -> str:
    """Store `content` in a file named after its hash; return the path below LAKE_URL."""
    files, folder = _open(place)
    name = f"{_digest(content)}.{ending}"
    files.makedirs(folder, exist_ok=True)
    if not files.exists(f"{folder}/{name}"):
        _put(files, f"{folder}/{name}", content)
    return "/".join([*place, name])


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _open(place: Sequence[str]) -> "tuple[AbstractFileSystem, str]":
    from fsspec.core import url_to_fs

    files, root = url_to_fs(Settings.from_environment().lake_url)
    return files, "/".join([root, *place])


def _put(files: "AbstractFileSystem", path: str, content: bytes) -> None:
    part = f"{path}.{uuid4().hex}.part"  # unique, because two runs may store the same file
    files.pipe_file(part, content)
    files.mv(part, path)


def _serialize(value: Any) -> tuple[bytes, str]:
    if isinstance(value, BaseModel):
        return value.model_dump_json(indent=2).encode(), "json"
    import pyarrow as pa

    try:
        return _parquet(value), "parquet"
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # for example, a column of numbers and words
        return _parquet(_mixed_as_text(value)), "parquet"


def _parquet(table: "pd.DataFrame") -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, engine="pyarrow", compression="zstd")
    return buffer.getvalue()


def _mixed_as_text(table: "pd.DataFrame") -> "pd.DataFrame":
    """The table with mixed columns as text, so that it can be stored and checks can report them."""
    objects = table.select_dtypes("object")
    texts = {name: objects[name].map(str, na_action="ignore") for name in objects}
    return table.assign(**texts)


def _deserialize(content: bytes, type_: Any) -> Any:
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        return type_.model_validate_json(content)
    import pandas as pd

    return pd.read_parquet(io.BytesIO(content), engine="pyarrow")
