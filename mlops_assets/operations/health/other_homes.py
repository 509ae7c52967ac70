"""Find artifacts that are in another home, as after a copy of a home was used without adoption."""

from pathlib import Path

from mlops_assets.operations.backup.locations import named
from mlops_assets.operations.backup.stores import local_folder
from mlops_assets.platform.home_folder import home_around
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.sqlite_url import sqlite_file
from mlops_assets.platform.warehouse.reading import reading

BRING_HOME = (
    "run `mlops-assets backup DIR` and restore that: a restore brings all artifacts into the home"
)


def other_homes(settings: Settings) -> list[Path]:
    """The other homes in which artifacts of this home's MLflow are, sorted."""
    uri, file = settings.mlflow_tracking_uri, sqlite_file(settings.mlflow_tracking_uri)
    if file and not file.exists():
        return []
    with reading(uri, VARIABLES["mlflow_tracking_uri"]) as connection:
        places = [local_folder(it) for it in named(connection.connection.driver_connection)]
    homes = {home_around(it) for it in places if it and not it.is_relative_to(settings.home)}
    return sorted(it for it in homes if it)
