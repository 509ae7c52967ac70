"""The YAML of a defs.yaml is plain: texts, numbers, lists and mappings, every key once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    from yaml import Event, Node, ScalarNode

QUICK = (":str", ":bool", ":null", ":timestamp")
"""Tags of values that can be read always; Dagster reads a date as text."""


def require_no_tags(path: Path, events: Iterator[Event]) -> None:
    """Raise `InputError` for a tag, which can make a value any Python object."""
    for event in events:
        if tag := getattr(event, "tag", None):
            name = tag.replace("tag:yaml.org,2002:", "!!")
            raise InputError(
                seen=f"{path}:{event.start_mark.line + 1}: the tag {name}",
                expected="numbers, texts, true, false, lists and mappings, without a tag",
                todo="remove the tag; quote a value that must be text",
            )


def require_plain(path: Path, document: Node) -> None:
    """Raise `InputError` for a repeated key, or a key or value that YAML cannot make sense of."""
    try:
        _require_nodes(path, document)
    except RecursionError:
        raise _not_plain(path, document, "a value that contains itself") from None


def _require_nodes(path: Path, node: Node) -> None:
    from yaml import ScalarNode, SequenceNode

    if isinstance(node, ScalarNode):
        _require_readable(path, node)
    for item in node.value if isinstance(node, SequenceNode) else []:
        _require_nodes(path, item)
    first: dict[str, int] = {}
    for name, value in pairs(node):
        if not isinstance(name, ScalarNode):
            raise _not_plain(path, name, "a list or mapping as a key")
        _require_merging(path, name, value)
        key = str(name.value)
        if key in first:
            raise InputError(
                seen=f"{path}:{line(name)}: `{key}` is already defined on line {first[key]}",
                expected="every key once",
                todo="remove one of the two, or merge their values",
            )
        first[key] = line(name)
        _require_nodes(path, value)


def _require_merging(path: Path, name: ScalarNode, value: Node) -> None:
    """A key is a text, or << with the mappings that are merged into this one."""
    from yaml import MappingNode, SequenceNode

    merged = value.value if isinstance(value, SequenceNode) else [value]
    if not name.tag.endswith(":merge"):
        _require_readable(path, name)
    elif not all(isinstance(it, MappingNode) for it in merged):
        raise _not_plain(path, name, "<< without a mapping")


def _require_readable(path: Path, node: ScalarNode) -> None:
    """YAML takes 0x_ for a number, and = and << for words of its own."""
    from yaml import YAMLError
    from yaml.constructor import SafeConstructor

    if node.tag.endswith(QUICK):
        return
    try:
        SafeConstructor().construct_object(node)
    except (YAMLError, ValueError):
        raise _not_plain(path, node, f"{node.value[:80]!r} is no value") from None


def _not_plain(path: Path, node: Node, seen: str) -> InputError:
    return InputError(
        seen=f"{path}:{line(node)}: {seen}",
        expected="`key: value` lines, with a text or number as the key",
        todo="correct this line; quote what is a text",
    )


def line(node: Node) -> int:
    """The line on which a node begins, counted from 1."""
    return node.start_mark.line + 1


def pairs(node: Node | None) -> Iterator[tuple[Node, Node]]:
    """The keys and values of a mapping; none of another node."""
    from yaml import MappingNode

    if isinstance(node, MappingNode):
        yield from node.value
