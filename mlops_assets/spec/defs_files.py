"""Parse the defs.yaml files on disk: valid YAML, not empty, and no duplicate keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    from yaml import MappingNode, Node

EXAMPLE = "`type: mlops_assets.component.ModelLifecycle` and `attributes:` with the model below it"


def documents(path: Path) -> list[MappingNode]:
    """Parse a defs.yaml into one YAML node per document; nodes carry their line numbers.

    Raises `InputError` with file and line if the file is not valid YAML, is empty, is not a
    mapping, or repeats a key: Dagster would silently take the last one.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, if compiled in
    try:
        found = list(yaml.compose_all(path.read_text(encoding="utf-8"), Loader=loader))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _invalid_yaml(path, error) from None
    if not found:
        raise InputError(
            seen=f"{path}:1: the file is empty",
            expected=EXAMPLE,
            todo="fill it in (`mlops-assets new` writes one), or delete it",
        )
    for document in found:
        _require_mapping(path, document)
        _require_unique_keys(path, document)
    return found


def child(node: Node | None, key: str) -> Node | None:
    """The value of `key` in a mapping; None if the key is missing or the node is not a mapping."""
    for name, value in _pairs(node):
        if name.value == key:
            return value
    return None


def line(node: Node) -> int:
    """The line on which a node begins, counted from 1."""
    return node.start_mark.line + 1


def _pairs(node: Node | None) -> Iterator[tuple[Node, Node]]:
    from yaml import MappingNode

    if isinstance(node, MappingNode):
        yield from node.value


def _require_mapping(path: Path, document: Node) -> None:
    if not list(_pairs(document)):
        raise InputError(
            seen=f"{path}:{line(document)}: no `key: value` pairs",
            expected=EXAMPLE,
            todo="correct the file, or delete it",
        )


def _require_unique_keys(path: Path, node: Node) -> None:
    from yaml import SequenceNode

    first: dict[str, int] = {}
    for name, value in _pairs(node):
        key = str(name.value)
        if key in first:
            raise InputError(
                seen=f"{path}:{line(name)}: `{key}` is already defined on line {first[key]}",
                expected="every key once",
                todo="remove one of the two, or merge their values",
            )
        first[key] = line(name)
        for item in value.value if isinstance(value, SequenceNode) else [value]:
            _require_unique_keys(path, item)


def _invalid_yaml(path: Path, error: Exception) -> InputError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return InputError(
        seen=f"{path}:{mark.line + 1 if mark else 1}: not valid YAML ({problem})",
        expected="`key: value` lines, indented with spaces, in UTF-8",
        todo="correct this line or the one before it; quote text that contains : or # or {",
    )
