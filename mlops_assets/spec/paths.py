"""Locate a mistake in defs.yaml: the path of keys that leads to it, and the pydantic models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, get_args, get_type_hints

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from mlops_assets.plugins import types_of

Models = list[type[BaseModel]]


class Place(NamedTuple):
    """The path of keys below `attributes`, the models that own the last key, and those below it."""

    path: tuple[str | int, ...]
    owners: Models
    below: Models

    def __str__(self) -> str:
        """`split.holdout`."""
        return ".".join(map(str, self.path)) or "attributes"

    @property
    def keys(self) -> list[str]:
        """The keys allowed in place of the last one."""
        return list(dict.fromkeys(key for owner in self.owners for key in owner.model_fields))

    @property
    def keys_below(self) -> list[str]:
        """The keys allowed below the last one."""
        return list(dict.fromkeys(key for model in self.below for key in model.model_fields))

    @property
    def types_below(self) -> list[str]:
        """The values allowed for `type` below the last key."""
        return [tag for model in self.below for tag in types_of(model)]

    @property
    def description(self) -> str:
        """The description of the last key, without the full stop; "" if it has none."""
        key = self.path[-1] if self.path else ""
        fields = [field for owner in self.owners if (field := field_of(owner, key))]
        return (fields[0].description or "").rstrip(".") if fields else ""


def locate(loc: Sequence[str | int], model: type[BaseModel]) -> Place:
    """The place that pydantic calls `loc`, without the union tags that pydantic inserts."""
    place = Place((), [], [model])
    for part in loc:
        chosen = [below for below in place.below if part in types_of(below)]
        if chosen and part not in place.keys_below:
            place = place._replace(below=chosen)
        elif isinstance(part, int):
            place = place._replace(path=(*place.path, part))
        else:
            below = [found for owner in place.below for found in _below(owner, part)]
            place = Place((*place.path, part), place.below, below)
    return place


def field_of(owner: type[BaseModel], key: str | int) -> FieldInfo | None:
    """The field that a key sets, by its name or by an older name that is still read."""
    for name, field in owner.model_fields.items():
        if key == name or key in older_names(field):
            return field
    return None


def older_names(field: FieldInfo) -> list[str]:
    """The keys by which a field is read, the current one first; none for most fields."""
    aliases = field.validation_alias
    return [str(it) for it in aliases.choices] if isinstance(aliases, AliasChoices) else []


def _below(owner: type[BaseModel], key: str) -> Iterator[type[BaseModel]]:
    """The models allowed as the value of `key`."""
    if field := field_of(owner, key):
        yield from _models(field.annotation)
    elif "__pydantic_extra__" in owner.__annotations__:
        yield from _models(get_type_hints(owner)["__pydantic_extra__"])


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
