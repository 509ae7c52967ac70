"""Explain errors of a full or read-only disk."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlops_assets.errors import InputError


@contextmanager
def on_disk(folder: Path) -> Iterator[None]:
    """Turn errors of the operating system or SQLite inside the block into an `InputError`."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        where = getattr(error, "filename", None) or folder
        raise InputError(
            seen=f"{where}: {getattr(error, 'strerror', None) or error}",
            expected="a disk with free space, and files and folders that can be read and written",
            todo="free some space or change the permissions, or choose another folder",
        ) from error
