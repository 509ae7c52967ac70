"""Locate Dagster's own storage."""

from pathlib import Path

from mlops_assets.platform.dagster.home import dagster_home
from mlops_assets.platform.dagster.storage import YAML, postgres_url, storage_of
from mlops_assets.platform.settings import Settings

SQLITE = "DagsterSqliteStorage"


def as_dagster_says(settings: Settings) -> Settings:
    """The settings with the PostgreSQL database configured in Dagster's dagster.yaml, if any.

    If there is none, a database of DAGSTER_STORAGE_URL is backed up in addition to local files.
    """
    home = dagster_home(settings)
    url = postgres_url(home) if home.is_dir() else ""
    return settings.model_copy(update={"dagster_storage_url": url}) if url else settings


def dagster_folder(settings: Settings, left_out: list[str]) -> Path | None:
    """The folder of Dagster's files; adds other kinds of storage to `left_out`."""
    home = dagster_home(settings)
    if not home.is_dir():
        return None
    storage = storage_of(home)
    if storage is not None and storage.class_name == SQLITE:
        return Path(storage.config_dict["base_dir"]).resolve()
    if not postgres_url(home):
        kind = storage.class_name if storage else "another storage"
        left_out.append(
            f"Dagster's runs, stored in {kind} according to {home / YAML}: "
            "back them up with that database's own tools"
        )
    return home
