"""A parsed YAML document as Dagster takes it: its value, and the line of every key.

Dagster parses YAML itself, in pure Python, which takes ten times as long as libyaml.
"""

from collections.abc import Iterator
from typing import Any

import yaml
from dagster_shared.yaml_utils.source_position import (
    LineCol,
    SourcePosition,
    SourcePositionTree,
    ValueAndSourcePositionTree,
)

MERGE, TIMESTAMP, TEXT = (f"tag:yaml.org,2002:{it}" for it in ("merge", "timestamp", "str"))
Children = dict[str | int, SourcePositionTree]


def with_positions(document: yaml.Node, file: str) -> ValueAndSourcePositionTree:
    """The value of `document` and the places of its keys; a date stays text, as in Dagster."""
    value, children = _parts(document, file)
    return ValueAndSourcePositionTree(value, SourcePositionTree(_place(document, file), children))


def _parts(node: yaml.Node, file: str) -> tuple[Any, Children]:
    children: Children = {}
    if isinstance(node, yaml.MappingNode):
        values: Any = {}
        for name, item in _pairs(node):
            key = _scalar(name)
            values[key], below = _parts(item, file)
            children[key] = SourcePositionTree(_place(name, file), below)
        return values, children
    if isinstance(node, yaml.SequenceNode):
        values = []
        for place, item in enumerate(node.value):
            value, below = _parts(item, file)
            values.append(value)
            children[place] = SourcePositionTree(_place(item, file), below)
        return values, children
    return _scalar(node), children


def _pairs(node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    """Keys and values; those that `<<` merges come first, so that the mapping's own win."""
    merging = [(name, item) for name, item in node.value if name.tag == MERGE]
    for _, item in merging:
        merged = item.value if isinstance(item, yaml.SequenceNode) else [item]
        for mapping in reversed(merged):
            yield from _pairs(mapping)
    yield from (pair for pair in node.value if pair not in merging)


def _scalar(node: yaml.Node) -> Any:
    if node.tag in (TEXT, TIMESTAMP):
        return node.value
    return yaml.constructor.SafeConstructor().construct_object(node)


def _place(node: yaml.Node, file: str) -> SourcePosition:
    start, end = node.start_mark, node.end_mark
    return SourcePosition(
        file, LineCol(start.line + 1, start.column + 1), LineCol(end.line + 1, end.column + 1)
    )
