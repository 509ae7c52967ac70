"""Locate the state of a project, and map each part to its place in a backup."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mlops_assets.operations.backup import sqlite
from mlops_assets.operations.backup.dagster_storage import dagster_folder
from mlops_assets.operations.backup.files import walk
from mlops_assets.platform.addresses import without_secrets
from mlops_assets.platform.postgres import is_postgres
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.sqlite_url import sqlite_file
from mlops_assets.platform.warehouse.reading import shown
from mlops_assets.registry.model_copies import FOLDER as COPIES

HOME, DAGSTER, LAKE = "home", "home/dagster", "home/lake"
ARTIFACTS = "home/mlflow/artifacts"
MLFLOW, WAREHOUSE, LEDGER = "mlflow_tracking_uri", "warehouse_url", "ledger_url"
# Locks and partial files; SQLite's auxiliary files are part of its snapshot.
PASSING = (".lock", ".part", "-wal", "-shm", "-journal")
DATABASES = (".db", ".sqlite", ".sqlite3")
# Files in these folders of the home are copied as they are, whatever their names.
ELSEWHERE = "mlflow/artifacts_elsewhere"  # where a restore puts artifacts from outside the home
PLAIN = ("mlflow/artifacts", ELSEWHERE, "lake", "cache", "dagster/compute_logs", "dagster/storage")
RUNS, RUN_LOGS, INDEX = "history/runs.db", "history/runs", "index.db"
# Places of files named by users and runs: an artifact `uv.lock` is not one of our locks.
NAMED_BY_OTHERS = (
    f"{ARTIFACTS}/",
    f"{HOME}/{ELSEWHERE}/",
    f"{DAGSTER}/compute_logs/",
    f"{DAGSTER}/storage/",
)
# Dagster's databases in its folder: a file there that SQLite cannot open is a damaged one.
DAGSTERS_OWN = ("history", "history/runs", "schedules")


@dataclass(frozen=True)
class Stores:
    """Folders and SQLite files with their places, and PostgreSQL URLs with their variables.

    The place of a file is its path in a home without further settings, under `home`. `left_out`
    describes what cannot be backed up here; files and folders in `skipped` are not included.
    """

    folders: dict[Path, str]
    databases: dict[Path, str]
    servers: dict[str, tuple[str, ...]]
    dagster: Path | None
    left_out: tuple[str, ...]
    skipped: frozenset[Path] = frozenset()

    def files(self) -> Iterator[tuple[Path, str]]:
        """Every file that is not a database, with its place."""
        excluded = {*self.databases, *self.run_logs(), *self.skipped}
        for folder, place in self.folders.items():
            for path in walk(folder, {*self.folders, *self.skipped}):
                own = f"{place}/{path.relative_to(folder).as_posix()}"
                if path not in excluded and not passes(path, own):
                    yield path, own

    def pointers(self, name: str) -> Iterator[tuple[Path, str]]:
        """The files with that name in the lake, with their places."""
        for lake in (folder for folder, place in self.folders.items() if place == LAKE):
            for path in walk(lake):
                if path.name == name:
                    yield path, f"{LAKE}/{path.relative_to(lake).as_posix()}"

    def run_logs(self) -> dict[Path, str]:
        """Dagster's current event logs of single runs, with their places."""
        found = sorted((self.dagster / RUN_LOGS).glob("*.db")) if self.dagster else []
        return {path: f"{DAGSTER}/{RUN_LOGS}/{path.name}" for path in found if path.name != INDEX}


def passes(path: Path, place: str) -> bool:
    """Whether a file is a lock or unfinished, which no backup has."""
    if place.startswith(NAMED_BY_OTHERS):
        return False
    return path.name.endswith(PASSING) or path.parent.name.endswith(".locks")


def find_stores(settings: Settings, *, warehouse: bool = True) -> Stores:
    """Find the stores of the settings, without the warehouse if `warehouse` is False."""
    left_out: list[str] = []
    dagster = dagster_folder(settings, left_out)
    lake = local_folder(settings.lake_url)
    # All are listed, even those inside the home, which is then walked without them.
    named = {settings.home: HOME, dagster: DAGSTER, lake: LAKE}
    folders = {path: place for path, place in named.items() if path and path.is_dir()}
    files, servers = _databases(settings, left_out)
    left_out += _other_databases(settings, (LEDGER, WAREHOUSE) if warehouse else (LEDGER,))
    if not warehouse:
        left_out.append("the warehouse, because of --without-warehouse")
    unused = frozenset(_replaced(settings.home, folders | files, left_out))
    for path, place in _databases_in(folders, settings, unused):
        files.setdefault(path, place)
    if not warehouse:
        servers = _without(servers, VARIABLES[WAREHOUSE])
    own = sqlite_file(settings.warehouse_url)
    # Copies of what MLflow has.
    skipped = unused | {settings.home / COPIES} | ({own} if own and not warehouse else set())
    files = {path: place for path, place in files.items() if path not in skipped}
    return Stores(folders, files, servers, dagster, tuple(left_out), skipped)


def _replaced(home: Path, used: dict[Path, str], left_out: list[str]) -> Iterator[Path]:
    """Parts of the home instead of which a setting names another place, added to `left_out`.

    A backup has only one place for both.
    """
    for path, place in used.items():
        own = home / place.removeprefix(HOME).lstrip("/")
        if own != path and (own.is_file() or any(walk(own))):
            left_out.append(f"{own}, which is not in use: a setting names {path}")
            yield own


def local_folder(address: str) -> Path | None:
    """The local folder of a path or `file:` URI; None for another place."""
    parts = urlsplit(address)
    if parts.scheme in ("", "file", "local") and parts.netloc in ("", "localhost"):
        return Path(unquote(parts.path) if parts.scheme else address).resolve()
    return None


def default_file(field: str, home: Path) -> Path | None:
    """The default SQLite file in `home` for a setting."""
    defaults = Settings.from_environment({"MLOPS_ASSETS_HOME": str(home)})
    return sqlite_file(str(getattr(defaults, field)))


def database_urls(settings: Settings) -> dict[str, str]:
    """The settings that refer to a database, with its URL; MLflow's is behind its server."""
    values = {name: getattr(settings, name) for name in VARIABLES}
    del values["mlflow_backend_store_uri"]
    values[MLFLOW] = settings.mlflow_database
    return {
        name: value
        for name, value in values.items()
        if isinstance(value, str) and (value.startswith("sqlite:") or is_postgres(value))
    }


def _databases(
    settings: Settings, left_out: list[str]
) -> tuple[dict[Path, str], dict[str, tuple[str, ...]]]:
    files: dict[Path, str] = {}
    servers: dict[str, tuple[str, ...]] = {}
    for field, url in database_urls(settings).items():
        if is_postgres(url):
            servers[url] = (*servers.get(url, ()), VARIABLES[field])
        elif (path := sqlite_file(url)) and path.is_file():
            place = default_file(field, settings.home)
            files[path] = f"{HOME}/{place.relative_to(settings.home)}" if place else HOME
    if MLFLOW not in database_urls(settings):
        left_out.append(
            f"MLflow at {without_secrets(settings.mlflow_tracking_uri)}: its server keeps the "
            "database and artifacts; back them up there, or set MLFLOW_BACKEND_STORE_URI and "
            "MLFLOW_ARTIFACT_ROOT to them here"
        )
    return files, servers


def _other_databases(settings: Settings, fields: tuple[str, ...]) -> Iterator[str]:
    """Notes on databases that are neither SQLite nor PostgreSQL."""
    for field in fields:
        if field not in database_urls(settings):
            url = shown(getattr(settings, field))
            yield f"the database {url} of {VARIABLES[field]}: back it up with its own tools"


def _databases_in(
    folders: dict[Path, str], settings: Settings, skipped: frozenset[Path]
) -> Iterator[tuple[Path, str]]:
    """SQLite files in the home that no setting refers to, such as Dagster's."""
    plain = {settings.home / name for name in PLAIN}
    for folder, place in folders.items():
        for path in walk(folder, {*folders, *plain, *skipped}) if place != LAKE else ():
            is_run_log = place == DAGSTER and path.parent == folder / RUN_LOGS
            is_candidate = path.suffix in DATABASES and (not is_run_log or path.name == INDEX)
            is_dagsters = place == DAGSTER and path.parent in {folder / it for it in DAGSTERS_OWN}
            if is_candidate and (is_dagsters or sqlite.is_database(path)):
                yield path, f"{place}/{path.relative_to(folder).as_posix()}"


def _without(servers: dict[str, tuple[str, ...]], variable: str) -> dict[str, tuple[str, ...]]:
    kept = {url: tuple(v for v in names if v != variable) for url, names in servers.items()}
    return {url: names for url, names in kept.items() if names}


def shown_settings(settings: Settings) -> dict[str, str]:
    """The settings that locate the state, by variable, without passwords."""
    urls = database_urls(settings)
    fields = ("home", MLFLOW, "lake_url", "mlflow_artifact_root")
    fields += tuple(name for name in urls if name != MLFLOW)
    return {
        VARIABLES[name]: shown(urls[name])
        if name in urls
        else without_secrets(str(getattr(settings, name)))
        for name in fields
    }
