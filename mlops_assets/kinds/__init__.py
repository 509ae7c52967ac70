"""Kinds of models: how one is fitted, saved, applied and explained. A new kind is a new file."""

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
    """True for a pydantic model with a literal `type` and all that `base.Kind` promises."""
    if not (isinstance(thing, type) and issubclass(thing, BaseModel)):
        return False
    field = thing.model_fields.get("type")
    literal = field is not None and get_origin(field.annotation) is Literal
    able = literal and all(hasattr(thing, name) for name in ("tasks", "libraries"))
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
    return getattr(BY_TYPE[kind], "tasks", ()) if isinstance(kind, str) and kind in BY_TYPE else ()


def home_of(kind: str) -> str:
    """The module or folder of `kinds/` in which the kind of that `type` is; empty for none."""
    module = BY_TYPE[kind].__module__ if kind in BY_TYPE else __name__
    return module.removeprefix(__name__).strip(".").partition(".")[0]


def libraries_of(kind: str) -> tuple[str, ...]:
    """The libraries that decide what a kind of that `type` fits and predicts."""
    return getattr(BY_TYPE[kind], "libraries", ()) if kind in BY_TYPE else ()


KINDS = discover()
BY_TYPE = {get_args(it.model_fields["type"].annotation)[0]: it for it in KINDS}
if TYPE_CHECKING:
    from mlops_assets.kinds.base import Kind as ModelSpec
else:
    ModelSpec = one_of(KINDS)
