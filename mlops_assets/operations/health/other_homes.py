"""Find artifacts in a home where they should not be, as after a copy of a home was used."""

from pathlib import Path

from mlops_assets.operations.backup.locations import named
from mlops_assets.operations.backup.stores import local_folder
from mlops_assets.platform.home_folder import home_around
from mlops_assets.platform.postgres import is_postgres
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.sqlite_url import sqlite_file
from mlops_assets.platform.warehouse.reading import reading

BRING_TOGETHER = (
    "run `mlops-assets backup DIR` and restore that: a restore brings all artifacts together"
)


def other_homes(settings: Settings) -> list[Path]:
    """The homes in which artifacts of this MLflow are, sorted.

    This home is no other one, unless MLflow is in PostgreSQL: then they belong in none.
    """
    uri, file = settings.mlflow_tracking_uri, sqlite_file(settings.mlflow_tracking_uri)
    if file and not file.exists():
        return []
    with reading(uri, VARIABLES["mlflow_tracking_uri"]) as connection:
        places = [local_folder(it) for it in named(connection.connection.driver_connection)]
    homes = {_home_of(it, settings.home) for it in places if it}
    return sorted(it for it in homes if it and (it != settings.home or is_postgres(uri)))


def _home_of(place: Path, own: Path) -> Path | None:
    return own if place.is_relative_to(own) else home_around(place)
