"""Dagster's own storage under `MLOPS_ASSETS_HOME`, set up from dagster.yaml."""

import os
from pathlib import Path

import dagster as dg

from mlops_assets.platform.dagster import storage as dagster_storage
from mlops_assets.platform.postgres import connected
from mlops_assets.platform.settings import Settings

RELATIVE_HOME = ".mlops_assets/dagster"


def dagster_home(settings: Settings) -> Path:
    """The folder whose dagster.yaml counts: DAGSTER_HOME or that of the home. Creates nothing."""
    return Path(os.environ.get("DAGSTER_HOME") or settings.dagster_home)


def use_dagster_home(settings: Settings) -> Path:
    """Point this process and its children at Dagster's storage; create it where it is not.

    `dagster dev` in the project's folder reads dagster.yaml there, which keeps its state at
    `.mlops_assets/dagster`; this is the same file with that path made absolute, and with the
    storage of DAGSTER_STORAGE_URL if that is set. A DAGSTER_HOME that is already set is left alone.
    """
    use_dagster_storage(settings)
    if given := os.environ.get("DAGSTER_HOME"):
        return Path(given)
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    text = (settings.project_root / "dagster.yaml").read_text(encoding="utf-8")
    text = text.replace(RELATIVE_HOME, str(home))
    if settings.dagster_storage_url:
        text = dagster_storage.on_postgres(text)
    written = home / f"dagster.yaml.{os.getpid()}"
    written.write_text(text, encoding="utf-8")
    written.replace(home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def use_dagster_storage(settings: Settings) -> None:
    """Let Dagster, here and in children, find DAGSTER_STORAGE_URL with the driver it needs.

    Raises `InputError` where dagster-postgres is not installed.
    """
    if settings.dagster_storage_url:
        dagster_storage.require_package()
        url = dagster_storage.for_dagster(settings.dagster_storage_url)
        os.environ[dagster_storage.STORAGE_VARIABLE] = url


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The Dagster instance of `use_dagster_home`, with its tables in place; use it with `with`.

    Several processes that create Dagster's SQLite files together fail, so one does it at a time.
    Raises `InputError` where its PostgreSQL does not answer.
    """
    from filelock import FileLock

    home = use_dagster_home(settings)
    if url := dagster_storage.postgres_url(home):
        with connected(url):  # Dagster would try again for long, and end in a traceback
            pass
    with FileLock(home / "create.lock"):
        instance = dg.DagsterInstance.get()
        instance.get_runs(limit=1)
    return instance
