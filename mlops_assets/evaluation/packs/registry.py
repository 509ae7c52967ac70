"""The packs that a model's evaluation consists of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from inspect import isabstract
from typing import Any

from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs.base import Pack
from mlops_assets.evaluation.packs.figures import Figures
from mlops_assets.evaluation.packs.importance import Importance
from mlops_assets.evaluation.packs.linkage import Linkage
from mlops_assets.evaluation.packs.metrics import Metrics
from mlops_assets.evaluation.packs.slices import Slices
from mlops_assets.features.columns import nearest
from mlops_assets.plugins import types_of, with_plugins
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.packs import PackChoice


def packs_of(spec: LifecycleSpec) -> list[Pack]:
    """The packs of the kind, then those of `packs:`. Raises `InputError` for a wrong entry."""
    of_kind = [PackChoice(type=name) for name in spec.model.packs]
    return [_configured(choice) for choice in [*of_kind, *spec.packs]]


@cache
def known() -> dict[str, type[Pack]]:
    """Every pack by its name: those of this folder, and those of other packages."""
    return with_plugins("packs", (Metrics, Slices, Figures, Importance, Linkage), _types)


def _configured(choice: PackChoice) -> Pack:
    if choice.type not in known():
        raise InputError(
            seen=f"`packs` names {choice.type!r}{nearest(choice.type, list(known()))}",
            expected=f"packs among {list(known())}",
            todo="correct `packs`, or install the package that has it",
        )
    try:
        return known()[choice.type].model_validate(choice.model_dump())
    except ValidationError as error:
        raise InputError(
            seen=f"`packs`, {choice.type}: {'; '.join(_lines(error))}",
            expected=f"its settings: {list(known()[choice.type].model_fields)}",
            todo="correct the entry in defs.yaml",
        ) from None


def _lines(error: ValidationError) -> Iterator[str]:
    for details in error.errors():
        yield f"{'.'.join(map(str, details['loc']))}: {details['msg']}"


def _types(thing: Any) -> tuple[str, ...]:
    is_pack = bool(types_of(thing)) and issubclass(thing, Pack) and not isabstract(thing)
    if not is_pack:
        raise InputError(
            seen=f"{thing!r} is no pack",
            expected="a subclass of mlops_assets.evaluation.packs.base.Pack with a literal `type` "
            "and `evaluate`",
            todo="complete it",
        )
    return types_of(thing)
