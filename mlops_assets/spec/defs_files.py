"""The defs.yaml files as they stand on disk: is each one YAML, filled, and free of repetitions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    from yaml import MappingNode, Node

EXAMPLE = "`type: mlops_assets.component.ModelLifecycle` and `attributes:` with the model below it"


def documents(path: Path) -> list[MappingNode]:
    """The documents of a defs.yaml as YAML nodes, which know their lines.

    Raises `InputError` with file and line where it is no YAML, is empty, is no mapping, or names
    a key twice: Dagster would take the last one and not say so.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where it is built
    try:
        found = list(yaml.compose_all(path.read_text(encoding="utf-8"), Loader=loader))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _no_yaml(path, error) from None
    if not found:
        raise InputError(
            seen=f"{path}:1: the file is empty",
            expected=EXAMPLE,
            todo="fill it (`mlops-assets new` writes one), or remove it",
        )
    for document in found:
        _require_mapping(path, document)
        _require_different_keys(path, document)
    return found


def child(node: Node | None, key: str) -> Node | None:
    """What a mapping has under `key`; None where there is nothing, or no mapping."""
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
            todo="correct the file, or remove it",
        )


def _require_different_keys(path: Path, node: Node) -> None:
    from yaml import SequenceNode

    first: dict[str, int] = {}
    for name, value in _pairs(node):
        key = str(name.value)
        if key in first:
            raise InputError(
                seen=f"{path}:{line(name)}: `{key}` is there already on line {first[key]}",
                expected="every key once",
                todo="remove one of the two, or put what is below them together",
            )
        first[key] = line(name)
        for item in value.value if isinstance(value, SequenceNode) else [value]:
            _require_different_keys(path, item)


def _no_yaml(path: Path, error: Exception) -> InputError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return InputError(
        seen=f"{path}:{mark.line + 1 if mark else 1}: no YAML ({problem})",
        expected="`key: value` lines, indented by spaces, in UTF-8",
        todo="correct this line or the one before it; put text with : or # or { into quotes",
    )
