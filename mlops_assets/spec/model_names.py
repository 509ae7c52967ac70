"""Require distinct model names: models that share one would mix their assets and versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mlops_assets.errors import InputError
from mlops_assets.spec.defs_files import Files, child, defs_files, line

NAME_PATTERN, NAME_LENGTH = "^[A-Za-z][A-Za-z0-9_]*$", 100


def require_distinct_names(files: Files) -> None:
    """Raise `InputError` with both files if two models of `defs_files` share a name.

    The name in the MLflow registry counts as well: two models that share it would promote each
    other's versions.
    """
    seen: dict[tuple[str, str], str] = {}
    for key, name, place in _names(files):
        if (key, name) in seen:
            raise InputError(
                seen=f"two models have the {key} {name!r}: {seen[key, name]} and {place}",
                expected=f"a unique {key} for every model",
                todo=f"change `{key}` in {place}",
            )
        seen[key, name] = place


def model_names(folder: Path) -> dict[str, str]:
    """The place of each model under `folder`, as `file:line` by name."""
    return {name: place for key, name, place in _names(defs_files(folder)) if key == "name"}


def folder_of(name: str, folder: Path) -> Path:
    """The folder with the defs.yaml of the model `name`; `folder` itself if there is none."""
    if name in _quick(folder / name):
        return folder / name
    place = model_names(folder).get(name)
    return Path(place.rpartition(":")[0]).parent if place else folder


def _quick(own: Path) -> dict[str, str]:
    """The models in the folder that a model's own name gives, where most are."""
    return model_names(own) if own.is_dir() else {}


def registered_names(folder: Path) -> dict[str, str]:
    """The MLflow registry name of each model under `folder`, by name."""
    found = list(_names(defs_files(folder)))
    return {
        name: registered
        for (_, name, _), (_, registered, _) in zip(found[::2], found[1::2], strict=True)
    }


def _names(files: Files) -> Iterator[tuple[str, str, str]]:
    """Each model's `name` and `registered_name` (default: the name), with its place."""
    for path, documents in files.items():
        for document in documents:
            attributes = child(document, "attributes")
            name = child(attributes, "name")
            if name is None or child(attributes, "model") is None:
                continue  # some other component
            registered = child(attributes, "registered_name") or name
            for key, node in (("name", name), ("registered_name", registered)):
                yield key, str(node.value), f"{path}:{line(node)}"
