"""What a defs.yaml may name besides the settings of a model: components that are registered."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.spec.defs_files import Files, child, line
from mlops_assets.spec.yaml_templates import refused_in

if TYPE_CHECKING:
    from yaml import Node

LIFECYCLE = "mlops_assets.component.ModelLifecycle"
MODULE = "template_vars_module"


def require_registered(files: Files, components: Collection[str]) -> None:
    """Raise `InputError` for one of `defs_files` that could run what nobody has registered.

    Dagster imports the module of any `type`, and some of its own components call any function.
    `components` are the registered ones, as `package.module.Class`.
    """
    allowed = sorted({LIFECYCLE, *components})
    for path, documents in files.items():
        for document in documents:
            _require_known_type(path, child(document, "type"), allowed)
            _require_no_module(path, child(document, MODULE))
            for node in _texts(document):
                _require_harmless(path, node)


def _require_known_type(path: Path, node: Node | None, allowed: list[str]) -> None:
    if node is not None and node.value not in allowed:
        named = str(node.value)
        raise InputError(
            seen=f"{path}:{line(node)}: `type` is {named!r}{nearest(named, allowed)}",
            expected=f"one of {allowed}",
            todo="correct this line, or add the component to MLOPS_ASSETS_ALLOWED_NAMES or to the "
            "entry points of its package under `mlops_assets.components`",
        )


def _require_no_module(path: Path, node: Node | None) -> None:
    if node is not None:
        raise InputError(
            seen=f"{path}:{line(node)}: `{MODULE}` names a Python module",
            expected="templates such as {{ env.NAME }}, which need none",
            todo="remove this line",
        )


def _require_harmless(path: Path, node: Node) -> None:
    if refused := refused_in(node.value):
        raise InputError(
            seen=f"{path}:{line(node)}: a template with {refused}",
            expected="text, or a template such as {{ env.NAME }}",
            todo="write the value itself, or name a variable of the environment",
        )


def _texts(node: Node) -> Iterator[Node]:
    """The keys and values that Dagster could take for a template."""
    from yaml import MappingNode, ScalarNode

    if isinstance(node, ScalarNode):
        if "{{" in node.value or "{%" in node.value:
            yield node
    elif isinstance(node, MappingNode):
        for pair in node.value:
            for item in pair:
                yield from _texts(item)
    else:
        for item in node.value:
            yield from _texts(item)
