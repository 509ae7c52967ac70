"""Two models must not share a name: their assets and registry entries would mix."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mlops_assets.errors import InputError
from mlops_assets.spec.defs_files import child, documents, line

NAME_PATTERN, NAME_LENGTH = "^[A-Za-z][A-Za-z0-9_]*$", 100


def require_distinct_names(folder: Path) -> None:
    """Raise `InputError` naming both files where two models below `folder` share a name.

    The name in the MLflow registry counts as well: two models there would promote each other's
    versions. Raises `InputError` for a file that cannot be read as YAML, too.
    """
    seen: dict[tuple[str, str], str] = {}
    for key, name, place in _names(folder):
        if (key, name) in seen:
            raise InputError(
                seen=f"two models have the {key} {name!r}: {seen[key, name]} and {place}",
                expected=f"a {key} of its own for every model",
                todo=f"change `{key}` in {place}",
            )
        seen[key, name] = place


def model_names(folder: Path) -> dict[str, str]:
    """Where each model below `folder` is, as `file:line` by its name."""
    return {name: place for key, name, place in _names(folder) if key == "name"}


def registered_names(folder: Path) -> dict[str, str]:
    """What each model below `folder` is called in the MLflow registry, by its name."""
    found = list(_names(folder))
    return {
        name: registered
        for (_, name, _), (_, registered, _) in zip(found[::2], found[1::2], strict=True)
    }


def _names(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Every `name` and `registered_name` (the name, where it is not given) with its place."""
    for path in sorted(folder.rglob("defs.yaml")):
        for document in documents(path):
            attributes = child(document, "attributes")
            name = child(attributes, "name")
            if name is None or child(attributes, "model") is None:
                continue  # some other component
            registered = child(attributes, "registered_name") or name
            for key, node in (("name", name), ("registered_name", registered)):
                yield key, str(node.value), f"{path}:{line(node)}"
