"""Make the object that a defs.yaml, or a saved model, names: only one that is registered."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.kinds.python.contract import Trainable
from mlops_assets.plugins import names_registered

GROUP = "models"


def make(dotted: str, params: Mapping[str, Any]) -> Trainable:
    """The object that the registered class or function gives. Raises `InputError`.

    What is not registered is not imported either.
    """
    registered = names_registered(GROUP)
    if dotted not in registered:
        raise InputError(
            seen=f"{dotted} is not a registered model{nearest(dotted, sorted(registered))}",
            expected=f"one of {sorted(registered)}" if registered else "a registered model",
            todo="add it to the entry points of its package under `mlops_assets.models`, and "
            "install the package",
        )
    module, _, name = dotted.rpartition(".")
    factory = getattr(import_module(module), name, None)
    if factory is None:
        raise InputError(
            seen=f"{dotted} is registered, and {module} has no {name}",
            expected="a class or function that is there",
            todo="correct the entry points of its package, and install it again",
        )
    try:
        found = factory(**params)
    except TypeError as error:
        raise InputError(
            seen=f"{dotted} cannot be made of {sorted(params)}: {error}",
            expected="the keyword arguments that it takes",
            todo="correct `model: {params: …}` in defs.yaml",
        ) from error
    if not isinstance(found, Trainable):
        lacking = [it for it in ("fit", "predict", "save", "load") if not hasattr(found, it)]
        raise InputError(
            seen=f"{dotted} gives a {type(found).__name__} without {lacking}",
            expected="an object with the members of mlops_assets.kinds.python.Trainable",
            todo="complete it",
        )
    return found
