"""Find the logged model of a registered version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.version_tags import plain, stored_key

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

MODEL_FILE = "MLmodel"


def registered_model_id(version: ModelVersion) -> str | None:
    """The logged model `m-…` of the version according to MLflow, regardless of its tags."""
    if version.model_id:
        return version.model_id
    address, _, name = (version.source or "").partition(":/")  # a SQL store keeps only the source
    return name if address == "models" and name.startswith("m-") else None


def has_files(client: MlflowClient, model_id: str) -> bool:
    """Whether the logged model exists, with the file that describes it to whoever loads it."""
    from mlflow.exceptions import MlflowException

    try:
        return any(it.path == MODEL_FILE for it in client.list_logged_model_artifacts(model_id))
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        return False


def model_id_of(version: ModelVersion) -> str:
    """The logged model `m-…` to load for a version: the one that MLflow registered.

    Raises `InputError` if there is none, or if the tag `model_id` differs because somebody changed
    it by hand.
    """
    name, own = f"{version.name} version {version.version}", registered_model_id(version)
    tagged = plain(version.tags).get("model_id", own)
    if own and tagged == own:
        return own
    key = stored_key("model_id") if stored_key("model_id") in version.tags else "model_id"
    mismatch = f"its tag model_id is {tagged}, but MLflow registered {own}"
    raise InputError(
        seen=f"{name} has no logged model" if own is None else f"{name}: {mismatch}",
        expected="a version created by registered_version or register_model",
        todo=f"correct the tag {key} in MLflow" if own else "let another version serve",
    )
