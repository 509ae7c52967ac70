"""Parse the defs.yaml files on disk: valid YAML, not empty, and no duplicate keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from mlops_assets.errors import InputError
from mlops_assets.spec.plain_yaml import line, pairs, require_no_tags, require_plain

if TYPE_CHECKING:
    from yaml import MappingNode, Node

NAMES = ("defs.yaml", "defs.yml", "component.yaml")
"""What Dagster loads."""
EXAMPLE = "`type: mlops_assets.component.ModelLifecycle` and `attributes:` with the model below it"


Files: TypeAlias = "Mapping[Path, list[MappingNode]]"


def defs_files(folder: Path) -> Files:
    """The documents of every file below `folder` that Dagster loads components from.

    Raises `InputError` as `documents` does.
    """
    return {it: documents(it) for it in sorted(p for name in NAMES for p in folder.rglob(name))}


def readable_files(folder: Path) -> tuple[Files, list[InputError]]:
    """The documents of every file below `folder` that can be read, and why others cannot."""
    found, mistakes = {}, []
    for path in sorted(it for name in NAMES for it in folder.rglob(name)):
        try:
            found[path] = documents(path)
        except InputError as error:
            mistakes.append(error)
    return found, mistakes


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
            require_no_tags(path, yaml.parse(text, Loader=loader))
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
        require_plain(path, document)
    return found


def child(node: Node | None, key: str) -> Node | None:
    """The value of `key` in a mapping; None if the key is missing or the node is not a mapping."""
    for name, value in pairs(node):
        if name.value == key:
            return value
    return None


def _require_mapping(path: Path, document: Node) -> None:
    if not list(pairs(document)):
        raise InputError(
            seen=f"{path}:{line(document)}: no `key: value` pairs",
            expected=EXAMPLE,
            todo="correct the file, or delete it",
        )


def _invalid_yaml(path: Path, error: Exception) -> InputError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or " ".join(str(error).split())
    return InputError(
        seen=f"{path}:{mark.line + 1 if mark else 1}: not valid YAML ({problem})",
        expected="`key: value` lines, indented with spaces, in UTF-8",
        todo="correct this line or the one before it; quote text that contains : or # or {",
    )
