"""Files of the lake: named after their content, which never changes, and written as a whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast
from uuid import uuid4

from mlops_assets.errors import InputError
from mlops_assets.platform.file_systems import is_local, is_object_store, open_files
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.table_content import TableFile
from mlops_assets.platform.temporary import TemporaryPath

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

CHUNK_BYTES = 1 << 20


def read_file(file: str) -> bytes:
    """Read a file below LAKE_URL that is named after its content.

    Raises `InputError` if it is missing or its content has changed.
    """
    files, path = open_lake([file])
    content = files.cat_file(path) if files.exists(path) else None
    if content is None or digest_of(BytesIO(content)) != _named(path):
        raise _lost(path, is_gone=content is None)
    return content


def table_file(file: str) -> TableFile:
    """The Parquet file below LAKE_URL, on this machine: from another, it is copied.

    Raises like `read_file`.
    """
    files, path = open_lake([file])
    if not files.exists(path):
        raise _lost(path, is_gone=True)
    found = TableFile(Path(path)) if is_local(files) else _copied(files, path)
    with found.path.open("rb") as content:
        if digest_of(content) != _named(path):
            raise _lost(path, is_gone=False)
    return found


def write_file(place: Sequence[str], content: bytes | IO[bytes], ending: str) -> str:
    """Store `content` in a file named after its hash; return the path below LAKE_URL.

    A file of that name with another content, such as one that was cut off, is written again.
    """
    content = BytesIO(content) if isinstance(content, bytes) else content
    files, folder = open_lake(place)
    name = f"{digest_of(content)}.{ending}"
    path = f"{folder}/{name}"
    files.makedirs(folder, exist_ok=True)
    if not (files.exists(path) and _is_intact(files, path)):
        content.seek(0)
        put_whole(files, path, content)
    return "/".join([*place, name])


def write_pointer(place: Sequence[str], name: str, target: str) -> None:
    """Store which file is the newest of a place."""
    files, path = open_lake([*place, name])
    put_whole(files, path, BytesIO(json.dumps({"file": target}).encode()))


def open_lake(place: Sequence[str]) -> tuple[AbstractFileSystem, str]:
    """The file system of LAKE_URL, and the path of a place in it."""
    files, root = open_files(Settings.from_environment().lake_url)
    return files, "/".join([root, *place])


def digest_of(content: IO[bytes]) -> str:
    """The name of a file with this content."""
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()[:16]


def _named(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _is_intact(files: AbstractFileSystem, path: str) -> bool:
    """Whether the content is what the file is named after."""
    with files.open(path, "rb") as file:
        return digest_of(cast("IO[bytes]", file)) == _named(path)


def _copied(files: AbstractFileSystem, path: str) -> TableFile:
    copy = TemporaryPath.file(".parquet")
    with files.open(path, "rb") as stored, copy.path.open("wb") as here:
        shutil.copyfileobj(cast("IO[bytes]", stored), here, CHUNK_BYTES)
    return TableFile(copy.path, copy)


def put_whole(files: AbstractFileSystem, path: str, content: IO[bytes]) -> None:
    """Store `content`, a file or bytes in memory: readers see all of it, or what was there before.

    A PUT does that by itself; elsewhere a file gets its name once it is whole.
    """
    if is_object_store(files):
        _upload(files, path, content)
        return
    part = f"{path}.{uuid4().hex}.part"  # unique, because two runs may store the same file
    with ExitStack() as failed:
        failed.callback(_remove, files, part)
        with files.open(part, "wb") as file:
            shutil.copyfileobj(content, cast("IO[bytes]", file), CHUNK_BYTES)
            if is_local(files):  # else the name may reach the disk before the content does
                file.flush()
                os.fsync(file.fileno())
        files.mv(part, path)
        failed.pop_all()


def _upload(files: AbstractFileSystem, path: str, content: IO[bytes]) -> None:
    if isinstance(content, BytesIO):
        files.pipe_file(path, content.read())
    else:  # in parts, so that it need not fit into memory
        files.put_file(content.name, path)


def _remove(files: AbstractFileSystem, path: str) -> None:
    if files.exists(path):
        files.rm(path)


def _lost(path: str, *, is_gone: bool) -> InputError:
    return InputError(
        seen=f"{path} is gone" if is_gone else f"{path} is not what was written there",
        expected="the file as it was recorded",
        todo="materialize the asset again, restore the file from a backup, or set LAKE_URL to the "
        "lake used at that time",
    )
