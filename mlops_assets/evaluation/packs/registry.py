"""The packs that a model's evaluation consists of."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ValidationError, create_model

from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs.base import AnyPack
from mlops_assets.evaluation.packs.known import known
from mlops_assets.features.columns import nearest
from mlops_assets.kinds.registry import one_of
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.mistakes import placed, readable
from mlops_assets.spec.packs import PackChoice
from mlops_assets.tasks.base import Task

METRICS = Task.metrics_pack
"""The pack that a task may have one of its own for."""


def packs_of(spec: LifecycleSpec) -> list[AnyPack]:
    """The packs of the kind, then those of `packs:`, which replace the kind's of the same type.

    Raises pydantic's `ValidationError`, with the keys of the file, for a wrong entry or kind.
    """
    asked = {pack.type: pack for pack in _asked(spec.packs)} if spec.packs else {}
    names = [spec.task.metrics_pack if it == METRICS else it for it in spec.model.packs]
    of_kind = [name for name in names if name not in asked]
    packs = {name: _of_kind(name, spec.model.type) for name in of_kind} | asked
    return [packs[name] for name in dict.fromkeys([*names, *asked])]


def check_packs(spec: LifecycleSpec) -> None:
    """Raise pydantic's `ValidationError` like `packs_of`, or if the file lacks what one needs."""
    for pack in packs_of(spec):
        try:
            pack.require(spec)
        except InputError as error:
            raise placed(error, "packs") from None


def _asked(choices: list[PackChoice]) -> list[AnyPack]:
    asked = {it.type for it in choices}
    named = asked if asked <= set(known()) else known()  # what refuses a name tells all there are
    section = _section(tuple(known()[it] for it in known() if it in named))
    try:
        read: Any = section.model_validate({"packs": [it.model_dump() for it in choices]})
    except ValidationError as error:
        raise readable(error, section) from None
    return read.packs


@cache
def _section(packs: tuple[type[AnyPack], ...]) -> type[BaseModel]:
    """What pydantic reads `packs:` with."""
    one: Any = one_of(list(dict.fromkeys(packs)))
    field: Any = (Annotated[list[one], AfterValidator(_each_once)], ...)
    return create_model("Packs", packs=field)


def _each_once(packs: list[AnyPack]) -> list[AnyPack]:
    types = [pack.type for pack in packs]
    if twice := sorted({it for it in types if types.count(it) > 1}):
        raise InputError(
            seen=f"more than one entry for {twice}",
            expected="one entry for each pack",
            todo="remove the others, or merge their settings",
        )
    return packs


def _of_kind(name: str, kind: str) -> AnyPack:
    """The pack with its defaults, which the kind asks for."""
    if name not in known():
        unknown = InputError(
            seen=f"the kind {kind} asks for the pack {name!r}{nearest(name, list(known()))}",
            expected=f"packs among {list(known())}",
            todo="correct the kind, or install the package that has the pack",
        )
        raise placed(unknown, "model")
    try:
        return known()[name].model_validate({"type": name})
    except ValidationError as error:
        needed = InputError(
            seen=f"the kind {kind} asks for the pack {name}, which needs settings",
            expected=f"values for {['.'.join(map(str, it['loc'])) for it in error.errors()]}",
            todo=f"add `{{type: {name}, …}}` with them to `packs`",
        )
        raise placed(needed, "model") from None
