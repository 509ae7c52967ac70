"""Give the room of removed rows in SQLite files back to the disk."""

import sqlite3
from contextlib import closing
from pathlib import Path

from mlops_assets.operations.backup.stores import find_stores
from mlops_assets.platform.settings import Settings

PATIENCE = 10
"""Seconds to wait for whoever is writing."""


def vacuum(settings: Settings) -> dict[Path, int]:
    """The bytes that each SQLite file of the state gave back; -1 for one that was in use.

    PostgreSQL does the same by itself.
    """
    return {path: _vacuumed(path) for path in sorted(find_stores(settings).databases)}


def _vacuumed(path: Path) -> int:
    before = path.stat().st_size
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError:
        return -1
    return max(before - path.stat().st_size, 0)
