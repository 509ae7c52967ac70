"""Kinds of models: how one is fitted, saved, applied and explained. A new kind is a new file."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Field

METHODS = ("fit", "save", "load", "predict", "counts", "watched", "evaluate", "explain")


def is_kind(thing: object) -> bool:
    """True for a pydantic model with a literal `type`, `tasks` and every method of `base.Kind`."""
    if not (isinstance(thing, type) and issubclass(thing, BaseModel)):
        return False
    field = thing.model_fields.get("type")
    literal = field is not None and get_origin(field.annotation) is Literal
    able = literal and hasattr(thing, "tasks")
    return able and all(callable(getattr(thing, name, None)) for name in METHODS)


def discover() -> list[type[BaseModel]]:
    """Every kind in this folder, by name. Other classes and modules beside them are ignored."""
    return sorted(set(_kinds()), key=lambda kind: kind.__name__)


def _kinds() -> Iterator[type[BaseModel]]:
    for module in iter_modules(__path__):
        things = vars(import_module(f"{__name__}.{module.name}")).values()
        yield from (thing for thing in things if is_kind(thing))


def one_of(kinds: list[type[BaseModel]]) -> Any:
    """The type of a field that takes any of `kinds`, told apart by `type`."""
    if len(kinds) == 1:  # pydantic refuses a discriminator where there is nothing to choose
        return kinds[0]
    return Annotated[Union[tuple(kinds)], Field(discriminator="type")]  # noqa: UP007


def tasks_of(kind: object) -> tuple[str, ...]:
    """What the kind of that `type` can be asked for; nothing where there is no such kind."""
    known = {get_args(it.model_fields["type"].annotation)[0]: it for it in KINDS}
    return getattr(known[kind], "tasks", ()) if isinstance(kind, str) and kind in known else ()


KINDS = discover()
if TYPE_CHECKING:
    from mlops_assets.kinds.base import Kind as ModelSpec
else:
    ModelSpec = one_of(KINDS)
