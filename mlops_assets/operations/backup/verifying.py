"""Read back a backup before it is called finished."""

from collections.abc import Iterable
from pathlib import Path

from mlops_assets.errors import InputError
from mlops_assets.operations.backup import manifest, sqlite
from mlops_assets.operations.backup.manifest import Manifest

AGAIN = "take the backup again, in a new folder, on another disk if this happens again"


def verify_taken(folder: Path, taken: Manifest, databases: Iterable[str]) -> None:
    """Raise `InputError` unless what is in `folder` can be restored.

    Every file has the size and hash that it was written with and a name of its own, and each of
    the SQLite `databases` opens.
    """
    try:
        manifest.verify(folder, taken)
        for place in databases:
            sqlite.check(folder / place)
    except InputError as error:
        raise InputError(seen=error.seen, expected=error.expected, todo=AGAIN) from None
