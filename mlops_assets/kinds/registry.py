"""The kinds of models there are: those of this folder, and those of other packages."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Field

from mlops_assets.errors import InputError
from mlops_assets.plugins import plugins
from mlops_assets.tasks.base import Task

MEMBERS = ("tasks", "libraries", "claims", "packs", "fit", "load")


def is_kind(thing: object) -> bool:
    """True for a pydantic model with a literal `type` and all members of `base.Kind`."""
    return _is_typed(thing) and not _lacking(thing)


def discover() -> list[type[BaseModel]]:
    """All kinds, sorted by name; other classes and modules of this folder are ignored.

    Raises `InputError` for what another package registers and is no kind.
    """
    return sorted({*_kinds(), *map(_required, plugins("kinds"))}, key=lambda kind: kind.__name__)


def _kinds() -> Iterator[type[BaseModel]]:
    for module in iter_modules([str(Path(__file__).parent)]):
        things = vars(import_module(f"{__package__}.{module.name}")).values()
        yield from (thing for thing in things if is_kind(thing))


def _is_typed(thing: object) -> bool:
    if not (isinstance(thing, type) and issubclass(thing, BaseModel)):
        return False
    field = thing.model_fields.get("type")
    return field is not None and get_origin(field.annotation) is Literal


def _lacking(thing: object) -> list[str]:
    return [name for name in MEMBERS if not hasattr(thing, name)]


def _required(thing: Any) -> type[BaseModel]:
    if is_kind(thing):
        return thing
    lacking = _lacking(thing) if _is_typed(thing) else ["a literal `type`"]
    raise InputError(
        seen=f"{thing!r}, registered as a kind, lacks {lacking}",
        expected="a pydantic model with the members of mlops_assets.kinds.base.Kind",
        todo="complete it, or uninstall its package",
    )


def one_of(kinds: list[type[BaseModel]]) -> Any:
    """The annotation of a field that accepts any of `kinds`, discriminated by `type`."""
    if len(kinds) == 1:  # pydantic rejects a discriminator for a single type
        return kinds[0]
    return Annotated[Union[tuple(kinds)], Field(discriminator="type")]  # noqa: UP007


def tasks_of(kind: object) -> tuple[Task, ...]:
    """The tasks that the kind of that `type` supports; empty for an unknown kind."""
    return getattr(BY_TYPE[kind], "tasks", ()) if isinstance(kind, str) and kind in BY_TYPE else ()


def home_of(kind: str) -> str:
    """The module or package that defines the kind of that `type`; "" if unknown.

    Of a kind in this folder the name below it, such as `sklearn`; else the full name of the
    outermost package after a slash, such as `/survival`.
    """
    if kind not in BY_TYPE:
        return ""
    module = BY_TYPE[kind].__module__
    own = module.removeprefix(f"{__package__}.")
    return own.partition(".")[0] if own != module else f"/{module.partition('.')[0]}"


def libraries_of(kind: str) -> tuple[str, ...]:
    """The libraries whose versions affect what a kind of that `type` fits and predicts."""
    return getattr(BY_TYPE[kind], "libraries", ()) if kind in BY_TYPE else ()


KINDS = discover()
BY_TYPE = {get_args(it.model_fields["type"].annotation)[0]: it for it in KINDS}
if TYPE_CHECKING:
    from mlops_assets.kinds.base import Kind as ModelSpec
else:
    ModelSpec = one_of(KINDS)
