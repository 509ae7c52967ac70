"""Set up Dagster's home and storage under `MLOPS_ASSETS_HOME` from dagster.yaml."""

import os
from pathlib import Path
from urllib.parse import unquote

import dagster as dg

from mlops_assets.errors import InputError
from mlops_assets.platform.dagster import object_store, ray_cluster
from mlops_assets.platform.dagster import storage as dagster_storage
from mlops_assets.platform.dagster.sqlite import keep_engines
from mlops_assets.platform.home_folder import claim_home
from mlops_assets.platform.locks import lock
from mlops_assets.platform.postgres import connected
from mlops_assets.platform.settings import Settings

WRITTEN: set[str] = set()
"""What this process wrote to DAGSTER_HOME, for Dagster and for child processes."""
RELATIVE_HOME = Path(".mlops_assets/dagster")


def dagster_home(settings: Settings) -> Path:
    """The folder whose dagster.yaml is used: DAGSTER_HOME or that of the home. Creates nothing."""
    return Path(_given() or settings.dagster_home)


def _given() -> str:
    """DAGSTER_HOME as the user set it, not as this process did for another home."""
    value = os.environ.get("DAGSTER_HOME", "")
    return "" if value in WRITTEN else value


def use_dagster_home(settings: Settings) -> Path:
    """Point this process and its children at Dagster's home, creating it if necessary.

    `dagster dev` in the project's folder reads the dagster.yaml there, which keeps its state in
    `.mlops_assets/dagster`. This writes the same file with that path made absolute, with the runs
    at a time of MLOPS_ASSETS_CONCURRENCY, with the storage of DAGSTER_STORAGE_URL and the launcher
    of MLOPS_ASSETS_WORKERS if these are set, and with the logs of steps where the lake is if that
    is on S3. If DAGSTER_HOME is set already, it is used as is.
    """
    use_dagster_storage(settings)
    if given := _given():
        return Path(given)
    claim_home(settings)
    home = settings.dagster_home
    if not settings.dagster_storage_url:
        _require_plain(home)
    home.mkdir(parents=True, exist_ok=True)
    written = home / f"dagster.yaml.{os.getpid()}"
    written.write_text(_configured(settings, home), encoding="utf-8")
    written.replace(home / "dagster.yaml")
    WRITTEN.add(str(home))
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def _configured(settings: Settings, home: Path) -> str:
    text = (settings.project_root / "dagster.yaml").read_text(encoding="utf-8")
    text = dagster_storage.with_folders(text, {RELATIVE_HOME: home})
    text = dagster_storage.with_concurrency(text, settings.concurrency)
    text = object_store.with_logs(text, settings)
    if settings.dagster_storage_url:
        text = dagster_storage.on_postgres(text)
    if settings.workers:
        ray_cluster.require_package()
        text = ray_cluster.on_workers(text, settings.workers.address)
    return text


def _require_plain(home: Path) -> None:
    """Dagster writes its path into SQLAlchemy URLs as it is, and would open other files."""
    if "?" in str(home) or unquote(str(home)) != str(home):
        raise InputError(
            seen=f"the folder {home} has a `?`, or a `%` and two hexadecimal digits, in its path",
            expected="a path that Dagster can open with SQLite",
            todo="choose another MLOPS_ASSETS_HOME, or put Dagster's storage into PostgreSQL with "
            f"{dagster_storage.STORAGE_VARIABLE}",
        )


def use_dagster_storage(settings: Settings) -> None:
    """Export DAGSTER_STORAGE_URL, with the driver that Dagster needs, to Dagster's processes.

    Raises `InputError` if dagster-postgres is not installed.
    """
    if settings.dagster_storage_url:
        dagster_storage.require_package()
        url = dagster_storage.for_dagster(settings.dagster_storage_url)
        os.environ[dagster_storage.STORAGE_VARIABLE] = url


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """Open the Dagster instance of `use_dagster_home`, a context manager, and create its tables.

    Creating Dagster's tables from several processes at once fails, so a lock is used. Raises
    `InputError` if its PostgreSQL server does not answer.
    """
    home = use_dagster_home(settings)
    keep_engines()
    if url := dagster_storage.postgres_url(home):
        with connected(url):  # Dagster would retry for a long time and end in a traceback
            pass
    with lock(settings, "create-dagster"):
        instance = dg.DagsterInstance.get()
        instance.get_runs(limit=1)
    return instance


def upgrade_storage(settings: Settings) -> tuple[str, bool]:
    """Migrate Dagster's storage to the installed release; the schema, and whether it is new."""
    use_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        before, needed = instance.run_storage.alembic_version() or (None, None)
        instance.upgrade()
    return str(needed), before != needed
