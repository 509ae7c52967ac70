"""Make a home that was copied or moved a home of its own: what it names is in its own folder."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from mlops_assets.errors import InputError
from mlops_assets.operations.backup import postgres, sqlite
from mlops_assets.operations.backup.disk import on_disk
from mlops_assets.operations.backup.moving import MLFLOW_FILE, Moving
from mlops_assets.operations.backup.stores import MLFLOW, RUN_LOGS
from mlops_assets.operations.backup.unfinished import end_unfinished
from mlops_assets.platform.dagster_storage_url import STORAGE_VARIABLE
from mlops_assets.platform.home_folder import foreign_folder, mark
from mlops_assets.platform.postgres import is_postgres
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.sqlite_url import sqlite_file
from mlops_assets.platform.warehouse.reading import shown


@dataclass(frozen=True)
class Adopted:
    """The result of an adoption: where the home was made, and notes for the user."""

    old: Path
    ended_runs: int
    notes: tuple[str, ...]


def adopt_home(settings: Settings) -> Adopted | None:
    """Rewrite the folders that the home's databases name; None if they name this one already.

    Safe to repeat after an interruption: the home is marked as its own only at the end. Raises
    `InputError` for a damaged database, and for one that the first home still uses.
    """
    home, old = settings.home, foreign_folder(settings.home)
    if old is None:
        return None
    servers = _servers(settings)
    if old.exists():
        _require_no_shared_store(settings, old, servers)
    with on_disk(home):
        _require_intact(home)
        # Places in the home stay: after an interruption, and if it is inside the old one.
        notes = _move(Moving({old: home, home: home}), home, servers)
        mark(home, home)
    ended, problems = end_unfinished(settings, list(servers), f"when {old} became {home}")
    return Adopted(old, ended, (*notes, *problems))


def _servers(settings: Settings) -> dict[str, str]:
    """The PostgreSQL databases that name files, by variable."""
    given = {
        VARIABLES[MLFLOW]: settings.mlflow_tracking_uri,
        STORAGE_VARIABLE: settings.dagster_storage_url,
    }
    return {variable: url for variable, url in given.items() if is_postgres(url)}


def _require_no_shared_store(settings: Settings, old: Path, servers: dict[str, str]) -> None:
    """A database outside the home names files of the first home, which goes on."""
    file = sqlite_file(settings.mlflow_tracking_uri)
    outside = {VARIABLES[MLFLOW]: str(file)} if file and file != settings.home / MLFLOW_FILE else {}
    for variable, url in {**outside, **servers}.items():
        raise InputError(
            seen=f"{old} is still there, and its database {shown(url) if '://' in url else url} of "
            f"{variable} would be shared with its copy",
            expected="a copy with databases of its own",
            todo=f"back up the first home (`mlops-assets backup DIR` with MLOPS_ASSETS_HOME={old}) "
            "and restore it into other databases, or remove it if this home replaces it",
        )


def _require_intact(home: Path) -> None:
    for file in (home / MLFLOW_FILE, *(home / "dagster" / RUN_LOGS).glob("*.db")):
        try:
            if file.exists():
                sqlite.check(file)
        except InputError as error:
            raise InputError(
                seen=error.seen,
                expected="a home that was copied while nothing used it",
                todo="copy it again while nothing uses it, or use `mlops-assets backup` and "
                "`mlops-assets restore`, which copy a home in use",
            ) from None


def _move(moving: Moving, home: Path, servers: dict[str, str]) -> list[str]:
    with ExitStack() as transactions:
        notes = []
        for variable, url in servers.items():
            connection = transactions.enter_context(postgres.connected(url))
            with postgres.explained(url):
                notes += moving.server(connection, [variable])
        return notes + moving.home(home)
