"""What a person reads when a disk is full or may not be written."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlops_assets.errors import InputError


@contextmanager
def on_disk(folder: Path) -> Iterator[None]:
    """Turn what the operating system or SQLite refuses inside the block into an `InputError`."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        where = getattr(error, "filename", None) or folder
        raise InputError(
            seen=f"{where}: {getattr(error, 'strerror', None) or error}",
            expected="a disk with room, and files and folders that may be read and written",
            todo="make room or change who may write there, or name another folder",
        ) from error
