"""Where Dagster's own storage lies."""

from pathlib import Path

from mlops_assets.resources.dagster_home import dagster_home
from mlops_assets.resources.settings import Settings

SQLITE = "DagsterSqliteStorage"


def dagster_folder(settings: Settings, left_out: list[str]) -> Path | None:
    """The folder of Dagster's SQLite files; None, said in `left_out`, for another storage."""
    from dagster._core.instance.ref import InstanceRef

    home = dagster_home(settings)
    if not home.is_dir():
        return None
    storage = InstanceRef.from_dir(str(home)).storage_data
    if storage is None or storage.class_name != SQLITE:
        kind = storage.class_name if storage else "another storage"
        left_out.append(
            f"Dagster's runs, in {kind} as {home / 'dagster.yaml'} says: "
            "back them up with the tools of that database"
        )
        return home if home.is_dir() else None
    return Path(storage.config_dict["base_dir"]).resolve()
