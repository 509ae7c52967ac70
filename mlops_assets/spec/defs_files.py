"""Parse the defs.yaml files on disk: valid YAML, not empty, and no duplicate keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    from yaml import Event, MappingNode, Node, ScalarNode

NAMES = ("defs.yaml", "defs.yml", "component.yaml")
"""What Dagster loads."""
QUICK = (":str", ":bool", ":null", ":timestamp")
"""Tags of values that can be read always; Dagster reads a date as text."""
EXAMPLE = "`type: mlops_assets.component.ModelLifecycle` and `attributes:` with the model below it"


Files: TypeAlias = "Mapping[Path, list[MappingNode]]"


def defs_files(folder: Path) -> Files:
    """The documents of every file below `folder` that Dagster loads components from.

    Raises `InputError` as `documents` does.
    """
    return {it: documents(it) for it in sorted(p for name in NAMES for p in folder.rglob(name))}


def documents(path: Path) -> list[MappingNode]:
    """Parse a defs.yaml into one YAML node per document; nodes carry their line numbers.

    Raises `InputError` with file and line if the file cannot be read, is not valid YAML, has a tag
    such as `!!python/object`, is empty, is not a mapping, or repeats a key: Dagster would silently
    take the last one. What passes is YAML that Dagster can read, too.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, if compiled in
    try:
        text = path.read_text(encoding="utf-8")
        if "!" in text:
            _require_no_tags(path, yaml.parse(text, Loader=loader))
        found = list(yaml.compose_all(text, Loader=loader))
    except (yaml.YAMLError, OSError, UnicodeDecodeError, RecursionError) as error:
        raise _invalid_yaml(path, error) from None
    if not found:
        raise InputError(
            seen=f"{path}:1: the file is empty",
            expected=EXAMPLE,
            todo="fill it in (`mlops-assets new` writes one), or delete it",
        )
    for document in found:
        _require_mapping(path, document)
        try:
            _require_plain(path, document)
        except RecursionError:
            raise _not_plain(path, document, "a value that contains itself") from None
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


def _require_no_tags(path: Path, events: Iterator[Event]) -> None:
    """A tag says what a value is made into: a Python object, even one that a call returns."""
    for event in events:
        if tag := getattr(event, "tag", None):
            name = tag.replace("tag:yaml.org,2002:", "!!")
            raise InputError(
                seen=f"{path}:{event.start_mark.line + 1}: the tag {name}",
                expected="numbers, texts, true, false, lists and mappings, without a tag",
                todo="remove the tag; quote a value that must be text",
            )


def _require_plain(path: Path, node: Node) -> None:
    """Raise `InputError` for a repeated key, or a key or value that YAML cannot make sense of."""
    from yaml import ScalarNode, SequenceNode

    if isinstance(node, ScalarNode):
        _require_readable(path, node)
    for item in node.value if isinstance(node, SequenceNode) else []:
        _require_plain(path, item)
    first: dict[str, int] = {}
    for name, value in _pairs(node):
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
        _require_plain(path, value)


def _require_merging(path: Path, name: ScalarNode, value: Node) -> None:
    """A key is a text, or << with the mappings that are merged into this one."""
    from yaml import MappingNode, SequenceNode

    if not name.tag.endswith(":merge"):
        return _require_readable(path, name)
    merged = value.value if isinstance(value, SequenceNode) else [value]
    if not all(isinstance(it, MappingNode) for it in merged):
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


def _invalid_yaml(path: Path, error: Exception) -> InputError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or " ".join(str(error).split())
    return InputError(
        seen=f"{path}:{mark.line + 1 if mark else 1}: not valid YAML ({problem})",
        expected="`key: value` lines, indented with spaces, in UTF-8",
        todo="correct this line or the one before it; quote text that contains : or # or {",
    )
