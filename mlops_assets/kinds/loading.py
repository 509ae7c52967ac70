"""Load a model of MLflow through the kind that fitted it, whatever defs.yaml names today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    from mlops_assets.kinds.base import Model

ESTIMATOR = "sklearn"
"""The kind of what `ModelRegistry.log_model` logs, which names none."""


def load_model(model_uri: str, otherwise: str = ESTIMATOR) -> Model:
    """Load the model at `models:/m-…` through the kind that fitted it, which reads no pickle.

    `otherwise` is the kind of a model that names none. Raises `InputError` if the kind is not
    installed, or the model is not saved safely.
    """
    return load_by(kind_of(model_uri, otherwise), model_uri, model_uri)


def load_by(kind: str, place: str, called: str) -> Model:
    """Load the model at `place`, an address or a folder, through a kind; `called` is its name.

    Raises `InputError` like `load_model`.
    """
    from mlops_assets.kinds.registry import BY_TYPE  # imports this file

    if kind not in BY_TYPE:
        raise InputError(
            seen=f"{called} was fitted by the kind {kind!r}",
            expected=f"a kind that is installed: {list(BY_TYPE)}",
            todo="install the package that has this kind",
        )
    return BY_TYPE[kind].load(place)  # type: ignore[attr-defined]


def kind_of(model_uri: str, otherwise: str = ESTIMATOR) -> str:
    """The kind in the parameters of the logged model at `models:/m-…`, else `otherwise`."""
    from mlflow import MlflowClient

    name = model_uri.removeprefix("models:/")
    params = {} if "/" in name else MlflowClient().get_logged_model(name).params
    return params.get("kind", otherwise)
