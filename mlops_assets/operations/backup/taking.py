"""Take a backup while runs are in progress; the package's docstring explains its consistency."""

import itertools
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from mlops_assets.errors import InputError
from mlops_assets.operations.backup import locations, manifest, sqlite
from mlops_assets.operations.backup.dagster_storage import as_dagster_says
from mlops_assets.operations.backup.disk import on_disk
from mlops_assets.operations.backup.files import Taken, copy, walk
from mlops_assets.operations.backup.manifest import FILES, MANIFEST, Dump, Manifest
from mlops_assets.operations.backup.moment import Moment, moment
from mlops_assets.operations.backup.postgres_dump import dump, not_dumped, require_dump
from mlops_assets.operations.backup.remote import remotes
from mlops_assets.operations.backup.stores import (
    DAGSTER,
    ELSEWHERE,
    HOME,
    LAKE,
    Stores,
    find_stores,
    local_folder,
    shown_settings,
)
from mlops_assets.operations.backup.verifying import verify_taken
from mlops_assets.platform.addresses import without_secrets
from mlops_assets.platform.dagster.storage import YAML, on_postgres
from mlops_assets.platform.home_folder import refuse_foreign_home
from mlops_assets.platform.lake import POINTER
from mlops_assets.platform.packages import versions
from mlops_assets.platform.postgres import connected
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.sqlite_url import sqlite_file

# File systems timestamp changes with a clock that ticks every few milliseconds.
CLOCK_SECONDS = 0.05
DAGSTER_YAML = f"{DAGSTER}/{YAML}"


def take_backup(
    settings: Settings,
    folder: Path,
    *,
    warehouse: bool = True,
    tell: Callable[[str], None] = lambda words: None,
    count: Callable[[int, int], None] = lambda files, size: None,
) -> Manifest:
    """Copy all state into `folder`, which is created or empty, and return the manifest.

    Reports each part to `tell`, and the number and bytes of files so far to `count`. Raises
    `InputError` if the folder is not empty or inside the state, if something cannot be read, if
    `pg_dump` is missing for a PostgreSQL database, for a home that was copied or moved, and if
    what was written cannot be restored.
    """
    began = time.monotonic()
    refuse_foreign_home(settings)
    folder, settings = folder.resolve(), as_dagster_says(settings)
    stores = find_stores(settings, warehouse=warehouse)
    _require_free(folder, stores)
    _require_programs(stores)
    with on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        taking = Taking(stores, settings, _claimed(folder, count), tell)
        at = taking.run()
        done = Manifest(
            taken_at=datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - began, 1),
            versions=versions(),
            settings=shown_settings(settings),
            places={
                str(path): place for path, place in (stores.folders | taking.elsewhere).items()
            },
            remote={it.url: it.place for it in taking.remotes},
            dumps=tuple(taking.dumps),
            left_out=(*stores.left_out, *taking.left_out),
            files=taking.taken.count,
            bytes=taking.taken.bytes,
            files_sha256=taking.taken.close(),
        )
        tell("verifying what was written")
        verify_taken(folder, done, taking.databases)
        manifest.write(folder, done)
    return done


class Taking:
    """A backup in progress: `dumps`, and the places of `databases` and artifacts `elsewhere`."""

    def __init__(
        self, stores: Stores, settings: Settings, taken: Taken, tell: Callable[[str], None]
    ) -> None:
        self.stores, self.settings, self.taken, self.tell = stores, settings, taken, tell
        self.dumps: list[Dump] = []
        self.elsewhere: dict[Path, str] = {}
        self.left_out: list[str] = []
        self.databases: list[str] = []
        self.remotes = remotes(settings)
        # A home that was restored may have some of these places already.
        own = settings.home / ELSEWHERE
        self._numbers = (number for number in itertools.count() if not (own / f"{number}").exists())

    def run(self) -> float:
        """Copy everything in the order that makes it consistent; return the snapshot's time."""
        self.tell("pointers of the lake")
        self._pointers()
        with moment(self.stores, self.settings) as now:
            self._remote_pointers()
            self._find_elsewhere(now)
            self._files_of(now)
            self._servers_of(now)
        self.tell("event logs of single runs")
        for path, place in self.stores.run_logs().items():
            self._run_log(path, place)
        self.tell("files")
        self._plain_files(now.at - CLOCK_SECONDS)
        for remote in self.remotes:
            self.tell(f"files at {without_secrets(remote.url)}")
            remote.copy(self.taken, lambda place: not self._is_remote_pointer(place))
        if self.taken.vanished:
            self.left_out.append(f"{self.taken.vanished} files that were deleted meanwhile")
        return now.at

    def _pointers(self) -> None:
        for path, place in self.stores.pointers(POINTER):
            with suppress(FileNotFoundError):
                copy(path, self.taken.folder / place)

    def _remote_pointers(self) -> None:
        """Copy an object store's pointers at once: its clock is another, so they come as one."""
        for remote in self.remotes:
            if remote.place == LAKE:
                self.tell(f"pointers at {without_secrets(remote.url)}")
                remote.copy(self.taken, self._is_remote_pointer)

    def _is_remote_pointer(self, place: str) -> bool:
        return place.startswith(f"{LAKE}/") and place.endswith(f"/{POINTER}")

    def _files_of(self, now: Moment) -> None:
        # MLflow's file first: nobody can commit to it while it is copied.
        for path in sorted(now.files, key=lambda path: sqlite.is_wal(now.files[path])):
            self.tell(f"database {path.name}")
            self._write(now.files[path], self.stores.databases[path])
            now.files[path].close()

    def _run_log(self, path: Path, place: str) -> None:
        try:
            with sqlite.snapshot(path, patient=True) as connection:
                self._write(connection, place)
        except sqlite3.OperationalError:
            if path.exists():
                raise
            self.taken.vanished += 1  # the run was deleted

    def _write(self, connection, place: str) -> None:
        sqlite.write(connection, self.taken.folder / place)
        self.taken.written(place)
        self.databases.append(place)

    def _servers_of(self, now: Moment) -> None:
        for number, (url, connection) in enumerate(now.servers.items()):
            place = f"postgres/{number}.dump"
            variables = self.stores.servers[url]
            self.tell(f"database of {' and '.join(variables)}")
            version = dump(connection, url, self.taken.folder / place)
            self.taken.written(place)
            self.dumps.append(Dump(place=place, variables=variables, pg_dump=version))
            self.left_out += [f"{variables[0]}: {what}" for what in not_dumped(connection)]

    def _find_elsewhere(self, now: Moment) -> None:
        """Find artifacts outside the known folders, as configured in MLflow."""
        url = self.settings.mlflow_database
        connection = now.servers.get(url) or now.files.get(sqlite_file(url) or Path())
        for place in locations.named(connection) if connection else ():
            folder = local_folder(place)
            if any(f"{place}/".startswith(f"{it.url.rstrip('/')}/") for it in self.remotes):
                continue
            known = (*self.stores.folders, *self.elsewhere)
            if folder and any(folder.is_relative_to(it) for it in known):
                continue
            if folder and folder.is_dir():
                self.elsewhere[folder] = f"{HOME}/{ELSEWHERE}/{next(self._numbers)}"
            else:
                self.left_out.append(f"artifacts at {place}: not a folder on this machine")

    def _plain_files(self, at: float) -> None:
        for path, place in self.stores.files():
            moved = path.name == POINTER and _changed(path) > at
            if place == DAGSTER_YAML and self.settings.dagster_storage_url:
                self._dagster_yaml(path)
            elif not moved:
                self.taken.copy(path, place)
            elif (self.taken.folder / place).exists():
                self.taken.written(place)  # as it was shortly before the moment
        for folder, place in self.elsewhere.items():
            for path in walk(folder):
                self.taken.copy(path, f"{place}/{path.relative_to(folder).as_posix()}")

    def _dagster_yaml(self, path: Path) -> None:
        """Copy without the database URL, which may have a password and differs after a restore."""
        target = self.taken.folder / DAGSTER_YAML
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(on_postgres(path.read_text(encoding="utf-8")), encoding="utf-8")
        self.taken.written(DAGSTER_YAML)


def _changed(path: Path) -> float:
    """When the file was put in place; its modification time may be older."""
    try:
        return path.stat().st_ctime
    except FileNotFoundError:
        return 0.0


def _claimed(folder: Path, count: Callable[[int, int], None]) -> Taken:
    """The list of files in `folder`, which no other backup can begin from now on."""
    try:
        return Taken(folder, count)
    except FileExistsError:
        raise _not_free(f"another backup has just begun in {folder}") from None


def _require_free(folder: Path, stores: Stores) -> None:
    if inside := next((path for path in stores.folders if folder.is_relative_to(path)), None):
        raise _not_free(f"{folder} is inside {inside}, which is to be backed up")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        is_unfinished = (folder / FILES).exists() and not (folder / MANIFEST).exists()
        raise _not_free(
            f"{folder} has a backup that is unfinished: it goes on, or was stopped"
            if is_unfinished
            else f"{folder} exists and is not empty"
        )


def _not_free(seen: str) -> InputError:
    return InputError(
        seen=seen,
        expected="a new or empty folder, on another disk if possible",
        todo="choose another folder, for example with the date in its name, or delete what is left "
        "of a backup that was stopped",
    )


def _require_programs(stores: Stores) -> None:
    for url in stores.servers:
        with connected(url) as connection:
            require_dump(connection, url)
