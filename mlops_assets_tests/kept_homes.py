"""Homes in which a model has been trained: made once per session, copied for each who asks."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from filelock import FileLock

from mlops_assets_tests.engines import close_connections


class KeptHomes:
    """Copies of homes, each under a digest of the words that say how it was made.

    All workers of a session share them: what one has made, the others copy.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def fill(self, home: Path, how: str, make: Callable[[], None]) -> None:
        """Bring `home` to the state that `make` leaves: by it, or by a copy of an earlier one.

        `how` names all that `make` depends on; `home` may stand in it.
        """
        words = how.replace(str(home), "HOME")
        kept = self.folder / hashlib.sha256(words.encode()).hexdigest()[:16]
        was = kept.with_suffix(".was")
        with FileLock(kept.with_suffix(".lock")):
            if was.exists():
                close_connections()
                copy_home(kept, home, was=was.read_text())
                forget_places()
                return
            make()
            close_connections()
            shutil.copytree(home, kept)
            was.write_text(str(home))


def copy_home(kept: Path, home: Path, *, was: Path | str) -> None:
    """Copy a home; its databases and files name the new folder where they named `was`."""
    shutil.copytree(kept, home, dirs_exist_ok=True)
    for path in home.rglob("*"):
        if path.suffix == ".db":
            _move(path, str(was), str(home))
        elif path.name in ("MLmodel", "dagster.yaml", "home_folder", "spec.json"):
            path.write_text(path.read_text().replace(str(was), str(home)))


def forget_places() -> None:
    """MLflow remembers by its id where a model's files are: in the home that was copied."""
    from mlflow.tracking._tracking_service import utils

    utils._artifact_repos_cache.clear()


def _move(database: Path, was: str, now: str) -> None:
    """Replace a folder in every text of a database of SQLite."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (table,) in connection.execute(query).fetchall():
            for _, column, kind, *_ in connection.execute(f"PRAGMA table_info('{table}')"):
                if kind.upper().startswith(("TEXT", "VARCHAR")):
                    connection.execute(
                        f'UPDATE "{table}" SET "{column}" = replace("{column}", ?, ?) '  # noqa: S608
                        f'WHERE instr("{column}", ?)',
                        (was, now, was),
                    )
