"""The dependencies stored with a version, compared with what is installed here."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mlflow import MlflowClient

FILE = "requirements.txt"


class Pin(NamedTuple):
    """A package with the release that the version was saved with, and the one here."""

    package: str
    stored: str
    here: str

    @property
    def is_same(self) -> bool:
        """Whether the release here is the stored one."""
        return self.stored == self.here

    def __str__(self) -> str:
        return f"{self.package} {self.stored} stored, {self.here} here"


def stored_pins(client: MlflowClient, model_id: str) -> list[Pin]:
    """The pins of a logged model's requirements; empty if it has none or is gone."""
    from mlflow.artifacts import download_artifacts
    from mlflow.exceptions import MlflowException

    try:
        location = client.get_logged_model(model_id).artifact_location
        files = {file.path for file in client.list_logged_model_artifacts(model_id)}
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return []
        raise
    if FILE not in files:
        return []
    # `models:/m-…/requirements.txt` would be looked for in the registry.
    uri, store = f"{location}/{FILE}", client.tracking_uri
    with TemporaryDirectory(prefix="mlops_assets_") as folder:
        path = download_artifacts(artifact_uri=uri, dst_path=folder, tracking_uri=store)
        return pins_in(Path(path).read_text(encoding="utf-8"))


def pins_in(requirements: str) -> list[Pin]:
    """Each `package==release` of a requirements file."""
    lines = (line.partition("#")[0].partition(";")[0].strip() for line in requirements.splitlines())
    pairs = (line.split("==", 1) for line in lines if "==" in line)
    return [Pin(name.strip(), pin.strip(), _here(name.strip())) for name, pin in pairs]


def _here(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
