"""Dagster's own storage under `MLOPS_ASSETS_HOME`, set up from dagster.yaml."""

import os
from pathlib import Path

import dagster as dg

from mlops_assets.resources.settings import Settings

RELATIVE_HOME = ".mlops_assets/dagster"


def dagster_home(settings: Settings) -> Path:
    """The folder whose dagster.yaml counts: DAGSTER_HOME or that of the home. Creates nothing."""
    return Path(os.environ.get("DAGSTER_HOME") or settings.dagster_home)


def use_dagster_home(settings: Settings) -> Path:
    """Point this process and its children at Dagster's storage; create it where it is not.

    `dagster dev` in the project's folder reads dagster.yaml there, which keeps its state at
    `.mlops_assets/dagster`; this is the same file with that path made absolute. A DAGSTER_HOME
    that is already set is left alone.
    """
    if given := os.environ.get("DAGSTER_HOME"):
        return Path(given)
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    text = (settings.project_root / "dagster.yaml").read_text(encoding="utf-8")
    written = home / f"dagster.yaml.{os.getpid()}"
    written.write_text(text.replace(RELATIVE_HOME, str(home)), encoding="utf-8")
    written.replace(home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The Dagster instance of `use_dagster_home`, with its tables in place; use it with `with`.

    Several processes that create Dagster's SQLite files together fail, so one does it at a time.
    """
    from filelock import FileLock

    with FileLock(use_dagster_home(settings) / "create.lock"):
        instance = dg.DagsterInstance.get()
        instance.get_runs(limit=1)
    return instance
