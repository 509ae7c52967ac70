"""Restore a backup, here or elsewhere: all of it or nothing."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.operations.backup import manifest, postgres, postgres_format_1, postgres_restore
from mlops_assets.operations.backup.disk import on_disk
from mlops_assets.operations.backup.files import copy
from mlops_assets.operations.backup.locations import Location
from mlops_assets.operations.backup.manifest import Dump, Manifest
from mlops_assets.operations.backup.moving import Moving
from mlops_assets.operations.backup.remote import Putting
from mlops_assets.operations.backup.stores import HOME, MLFLOW
from mlops_assets.operations.backup.targets import set_elsewhere, targets
from mlops_assets.operations.backup.unfinished import end_unfinished
from mlops_assets.platform.home_folder import mark
from mlops_assets.platform.mlflow.artifact_root import outside_root
from mlops_assets.platform.settings import VARIABLES, Settings

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True)
class Restored:
    """The result of a restore. `notes` are for the user to read or act on."""

    home: Path
    files: int
    bytes: int
    ended_runs: int
    notes: tuple[str, ...]


def restore_backup(
    folder: Path,
    settings: Settings,
    *,
    force: bool = False,
    tell: Callable[[str], None] = lambda words: None,
    count: Callable[[int, int], None] = lambda files, size: None,
) -> Restored:
    """Restore the backup in `folder` to the home and the PostgreSQL databases of `settings`.

    Every hash is verified before anything is changed. The home is built next to its place and then
    renamed; each PostgreSQL database is loaded in one transaction. With `force`, existing state is
    moved aside, never deleted. Raises `InputError` for an incomplete or damaged backup, and for a
    home or database that is not empty.
    """
    folder, given = folder.resolve(), manifest.read(folder.resolve())
    place = Place(settings.home, force=force)
    servers = targets(given, settings)
    is_server = VARIABLES[MLFLOW] in given.variables
    remote = Putting(settings, outside_root(settings) if is_server else None)
    tell("verifying every hash")
    _require_room(given, settings.home)
    manifest.verify(folder, given, _Counter(count).add)
    tell("copying")
    moving = Moving(_moves(given, settings.home, remote.urls))
    notes = []
    try:
        with on_disk(place.made):
            _copy(folder, place.made, remote, _Counter(count).add)
            notes += _moved(moving, place.made, folder)
            mark(place.made, settings.home)
        with ExitStack() as open_servers:
            for url, dump in servers.items():
                tell(f"loading {', '.join(dump.variables)}")
                connection = open_servers.enter_context(postgres.connected(url))
                with postgres.explained(url):
                    notes += postgres.make_room(connection, url, place.aside, force=force)
                    _load(connection, folder, dump)
                    notes += moving.server(connection, dump.variables)
            with on_disk(settings.home):
                place.take()
    except BaseException:
        place.undo()
        remote.undo()
        raise
    tell("ending runs that were in progress")
    began = f"when the backup of {given.taken_at} began"
    ended, problem = end_unfinished(settings, given.variables, began)
    notes += [*place.notes, *given.left_out, *set_elsewhere(settings, given), *problem]
    return Restored(settings.home, given.files, given.bytes, ended, tuple(notes))


def _require_room(given: manifest.Manifest, home: Path) -> None:
    """Raise `InputError` if the disk of the home has less room than the backup says it needs."""
    disk = next(folder for folder in home.parents if folder.exists())
    free = shutil.disk_usage(disk).free
    if given.bytes > free:
        raise InputError(
            seen=f"the backup has {given.bytes / 1e9:.1f} GB, and {disk} {free / 1e9:.1f} GB free",
            expected="a disk with room for a copy of all its files",
            todo="free some space, or restore to another disk with --to HOME",
        )


def _moved(moving: Moving, made: Path, folder: Path) -> list[str]:
    try:
        return moving.home(made)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # the disk, for example
            raise
        raise manifest.damaged(folder, f"a database in it: {error}") from error


def _moves(given: Manifest, home: Path, remote: Mapping[str, Location]) -> dict[Location, Location]:
    """Where each backed up folder or URL is from now on: in `home`, or where `remote` has it.

    A folder with a part that goes elsewhere has a move of its own for that part.
    """
    old: dict[Location, str] = {Path(folder): place for folder, place in given.places.items()}
    old |= given.remote
    for folder, place in list(old.items()):
        for part in remote:
            if isinstance(folder, Path) and part.startswith(f"{place}/"):
                old.setdefault(folder / part.removeprefix(f"{place}/"), part)
    roots: dict[str, Location] = {HOME: home, **remote}
    return {folder: _in(roots, place) for folder, place in old.items()}


def _in(roots: Mapping[str, Location], place: str) -> Location:
    """Where a place of a backup is, below the closest of the roots."""
    part = max((it for it in roots if f"{place}/".startswith(f"{it}/")), key=len)
    root, rest = roots[part], place.removeprefix(part).lstrip("/")
    return root / rest if isinstance(root, Path) else f"{root}/{rest}".rstrip("/")


def _load(connection: "psycopg.Connection", folder: Path, dump: Dump) -> None:
    load = postgres_restore.load if dump.pg_dump else postgres_format_1.load
    load(connection, folder / dump.place)


RESTORING = ".{}.restoring-"
"""How the folder begins that becomes the home of that name; a process id follows."""


class Place:
    """The home, and the folder built next to it.

    Raises `InputError` for a mount point, and unless forced for a home in use.
    """

    def __init__(self, home: Path, *, force: bool) -> None:
        if home.is_mount():
            raise InputError(
                seen=f"{home} is a mount point, which cannot be renamed",
                expected="a home that is a folder on that disk",
                todo=f"restore into a folder in it, such as --to {home / 'mlops_assets'}",
            )
        in_use = home.exists() and (not home.is_dir() or any(home.iterdir()))
        if in_use and not force:
            raise InputError(
                seen=f"{home} exists and is not empty",
                expected="a new or empty home",
                todo="restore elsewhere with --to HOME, or stop what uses it and add --force: "
                "it is moved aside then, not deleted; if a restore to it was interrupted, "
                "`mlops-assets doctor` tells whether it is whole",
            )
        self.home, self.aside = home, f"before-{time.strftime('%Y%m%dT%H%M%S')}"
        self.made = home.with_name(f"{RESTORING.format(home.name)}{os.getpid()}")
        self.old = home.with_name(f"{home.name}.{self.aside}") if in_use else None
        self._taken = False

    def take(self) -> None:
        """Put the new folder in the home's place."""
        self.home.parent.mkdir(parents=True, exist_ok=True)
        if self.old:
            self.home.rename(self.old)
        self.made.rename(self.home)
        self._taken = True

    def undo(self) -> None:
        """Undo everything."""
        if self._taken:
            self.home.rename(self.made)
        if self.old and self.old.exists() and not self.home.exists():
            self.old.rename(self.home)
        shutil.rmtree(self.made, ignore_errors=True)

    @property
    def notes(self) -> list[str]:
        """Where the previous state is, and what other restores left or are writing."""
        aside = [f"the previous content of {self.home} is now in {self.old}"] if self.old else []
        begun = self.home.parent.glob(f"{escape(RESTORING.format(self.home.name))}*")
        left = [
            f"{it} is of another restore; delete it if that was stopped" for it in sorted(begun)
        ]
        return aside + left


def _copy(folder: Path, made: Path, remote: Putting, counted: Callable[[int], None]) -> None:
    for name in ("lake", "mlflow/artifacts"):  # even if they were empty
        (made / name).mkdir(parents=True)
    for entry in manifest.entries(folder):
        if not entry.place.startswith(f"{HOME}/"):
            continue
        source = folder / entry.place
        if remote.takes(source, entry.place):
            counted(entry.size)
            continue
        if copy(source, made / entry.place.removeprefix(f"{HOME}/")) != (entry.size, entry.sha256):
            raise manifest.damaged(source, "it changed while it was restored")
        counted(entry.size)


class _Counter:
    def __init__(self, count: Callable[[int, int], None]) -> None:
        self.count, self.files, self.bytes = count, 0, 0

    def add(self, size: int) -> None:
        self.files += 1
        self.bytes += size
        self.count(self.files, self.bytes)
