"""Find the logged model of a registered version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion


def registered_model_id(version: ModelVersion) -> str | None:
    """The logged model `m-…` of the version according to MLflow, regardless of its tags."""
    if version.model_id:
        return version.model_id
    address, _, name = (version.source or "").partition(":/")  # a SQL store keeps only the source
    return name if address == "models" and name.startswith("m-") else None


def model_id_of(version: ModelVersion) -> str:
    """The logged model `m-…` to load for a version: the one that MLflow registered.

    Raises `InputError` if there is none, or if the tag `model_id` differs because somebody changed
    it by hand.
    """
    name, own = f"{version.name} version {version.version}", registered_model_id(version)
    tagged = version.tags.get("model_id", own)
    if own and tagged == own:
        return own
    mismatch = f"its tag model_id is {tagged}, but MLflow registered {own}"
    raise InputError(
        seen=f"{name} has no logged model" if own is None else f"{name}: {mismatch}",
        expected="a version created by registered_version or register_model",
        todo="correct the tag model_id in MLflow" if own else "let another version serve",
    )
