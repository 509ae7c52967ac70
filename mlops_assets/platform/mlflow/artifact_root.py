"""Where new experiments have their artifacts: in no home, if MLflow is in PostgreSQL.

Other machines can have the database, and then find the files of no run. That they do not use it yet
is no reason to begin in a home: MLflow keeps the place of every run for good.
"""

from pathlib import Path

from mlops_assets.errors import InputError
from mlops_assets.platform.file_systems import is_local, open_files
from mlops_assets.platform.home_folder import home_around
from mlops_assets.platform.postgres import is_postgres
from mlops_assets.platform.settings import VARIABLES, Settings

VARIABLE = VARIABLES["mlflow_artifact_root"]
EXPECTED = "a place that all machines with that database have, and that is in no home"
TODO = (
    f"set {VARIABLE} to s3://bucket/artifacts, or to a folder outside {{home}}: one of this "
    "machine if there is only one, or one that all mount"
)


def artifact_root(settings: Settings) -> str:
    """The URL for the artifacts of experiments that are made from now on.

    Raises `InputError` if it is in a home, and MLflow's database in PostgreSQL.
    """
    url = settings.mlflow_artifact_url
    if is_postgres(settings.mlflow_database) and (home := home_of_artifacts(url, settings)):
        raise InputError(
            seen=f"MLflow is in PostgreSQL, and its artifacts would be in the home {home}",
            expected=EXPECTED,
            todo=TODO.format(home=home),
        )
    return url


def outside_root(settings: Settings) -> Path | None:
    """The folder of the artifacts, if MLflow is in PostgreSQL and they are files of this machine.

    Raises `InputError` like `artifact_root`.
    """
    if not is_postgres(settings.mlflow_database):
        return None
    files, root = open_files(artifact_root(settings), VARIABLE)
    return Path(root) if is_local(files) else None


def home_of_artifacts(url: str, settings: Settings) -> Path | None:
    """The home that a place of artifacts is in: that of the settings, or any other."""
    files, root = open_files(url, VARIABLE)
    if not is_local(files):
        return None
    place = Path(root)
    return settings.home if place.is_relative_to(settings.home) else home_around(place)
