"""Which logged model a version in the registry is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion


def registered_model_id(version: ModelVersion) -> str | None:
    """The logged model `m-…` that MLflow itself says the version is, whatever its tags say."""
    if version.model_id:
        return version.model_id
    address, _, name = (version.source or "").partition(":/")  # all that a SQL store keeps
    return name if address == "models" and name.startswith("m-") else None


def model_id_of(version: ModelVersion) -> str:
    """The logged model `m-…` of a version, to load it: the one that MLflow itself registered.

    Raises `InputError` where there is none, and where the tag `model_id` says another, which
    somebody changed by hand.
    """
    name, own = f"{version.name} version {version.version}", registered_model_id(version)
    tagged = version.tags.get("model_id", own)
    if own and tagged == own:
        return own
    said = f"its tag model_id says {tagged}, and MLflow registered {own}"
    raise InputError(
        seen=f"{name} is of no logged model" if own is None else f"{name}: {said}",
        expected="a version that registered_version or register_model has made",
        todo="correct the tag model_id in MLflow" if own else "let another version serve",
    )
