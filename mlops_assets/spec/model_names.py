"""Require distinct model names: models that share one would mix their assets and versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mlops_assets.errors import InputError
from mlops_assets.spec.defs_files import child, documents, line

NAME_PATTERN, NAME_LENGTH = "^[A-Za-z][A-Za-z0-9_]*$", 100


def require_distinct_names(folder: Path) -> None:
    """Raise `InputError` with both files if two models under `folder` share a name.

    The name in the MLflow registry counts as well: two models that share it would promote each
    other's versions. Also raises `InputError` for a file that is not valid YAML.
    """
    seen: dict[tuple[str, str], str] = {}
    for key, name, place in _names(folder):
        if (key, name) in seen:
            raise InputError(
                seen=f"two models have the {key} {name!r}: {seen[key, name]} and {place}",
                expected=f"a unique {key} for every model",
                todo=f"change `{key}` in {place}",
            )
        seen[key, name] = place


def model_names(folder: Path) -> dict[str, str]:
    """The place of each model under `folder`, as `file:line` by name."""
    return {name: place for key, name, place in _names(folder) if key == "name"}


def registered_names(folder: Path) -> dict[str, str]:
    """The MLflow registry name of each model under `folder`, by name."""
    found = list(_names(folder))
    return {
        name: registered
        for (_, name, _), (_, registered, _) in zip(found[::2], found[1::2], strict=True)
    }


def _names(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Each model's `name` and `registered_name` (default: the name), with its place."""
    for path in sorted(folder.rglob("defs.yaml")):
        for document in documents(path):
            attributes = child(document, "attributes")
            name = child(attributes, "name")
            if name is None or child(attributes, "model") is None:
                continue  # some other component
            registered = child(attributes, "registered_name") or name
            for key, node in (("name", name), ("registered_name", registered)):
                yield key, str(node.value), f"{path}:{line(node)}"
