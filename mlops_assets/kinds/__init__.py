"""Discover the kinds of models: each module or package in this folder can define one."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Field

METHODS = (
    "fit",
    "save",
    "load",
    "predict",
    "prediction_summary",
    "monitoring_features",
    "evaluate",
    "explain",
)


def is_kind(thing: object) -> bool:
    """True for a pydantic model with a literal `type` and all members of `base.Kind`."""
    if not (isinstance(thing, type) and issubclass(thing, BaseModel)):
        return False
    field = thing.model_fields.get("type")
    literal = field is not None and get_origin(field.annotation) is Literal
    complete = literal and all(hasattr(thing, name) for name in ("tasks", "libraries"))
    return complete and all(callable(getattr(thing, name, None)) for name in METHODS)


def discover() -> list[type[BaseModel]]:
    """All kinds in this folder, sorted by name; other classes and modules are ignored."""
    return sorted(set(_kinds()), key=lambda kind: kind.__name__)


def _kinds() -> Iterator[type[BaseModel]]:
    for module in iter_modules(__path__):
        things = vars(import_module(f"{__name__}.{module.name}")).values()
        yield from (thing for thing in things if is_kind(thing))


def one_of(kinds: list[type[BaseModel]]) -> Any:
    """The annotation of a field that accepts any of `kinds`, discriminated by `type`."""
    if len(kinds) == 1:  # pydantic rejects a discriminator for a single type
        return kinds[0]
    return Annotated[Union[tuple(kinds)], Field(discriminator="type")]  # noqa: UP007


def tasks_of(kind: object) -> tuple[str, ...]:
    """The tasks that the kind of that `type` supports; empty for an unknown kind."""
    return getattr(BY_TYPE[kind], "tasks", ()) if isinstance(kind, str) and kind in BY_TYPE else ()


def home_of(kind: str) -> str:
    """The module or folder of `kinds/` that defines the kind of that `type`; "" if unknown."""
    module = BY_TYPE[kind].__module__ if kind in BY_TYPE else __name__
    return module.removeprefix(__name__).strip(".").partition(".")[0]


def libraries_of(kind: str) -> tuple[str, ...]:
    """The libraries whose versions affect what a kind of that `type` fits and predicts."""
    return getattr(BY_TYPE[kind], "libraries", ()) if kind in BY_TYPE else ()


KINDS = discover()
BY_TYPE = {get_args(it.model_fields["type"].annotation)[0]: it for it in KINDS}
if TYPE_CHECKING:
    from mlops_assets.kinds.base import Kind as ModelSpec
else:
    ModelSpec = one_of(KINDS)
