"""The packs there are: those of this folder, and those of other packages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from inspect import isabstract
from typing import Any

from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs.base import AnyPack
from mlops_assets.plugins import types_of, with_plugins

OWN = {
    name: f"{__package__}.{name}"
    for name in (
        *("metrics", "slices", "figures", "importance", "linkage", "validation", "fairness"),
        *("exposure", "entities", "errors", "shap", "calibration", "threshold", "mitigation"),
        *("off_policy", "functions"),
    )
}
"""The module of each pack of this folder, by the name of the pack."""


class KnownPacks(Mapping[str, type[AnyPack]]):
    """Packs by name. One of this folder is imported when it is asked for.

    Together they import 70 modules, and every process that loads a model asks for a few packs.
    """

    def __init__(self, others: Mapping[str, type[AnyPack]]) -> None:
        self.others = others

    def __getitem__(self, name: str) -> type[AnyPack]:
        return _own(name) if name in OWN else self.others[name]

    def __iter__(self) -> Iterator[str]:
        yield from (*OWN, *self.others)

    def __len__(self) -> int:
        return len(OWN) + len(self.others)


@cache
def known() -> Mapping[str, type[AnyPack]]:
    """Every pack by its name."""
    return KnownPacks(with_plugins("packs", (), _types, taken=OWN))


def _own(name: str) -> type[AnyPack]:
    things = vars(import_module(OWN[name])).values()
    return next(it for it in things if name in types_of(it) and it.__module__ == OWN[name])


def _types(thing: Any) -> tuple[str, ...]:
    is_pack = bool(types_of(thing)) and issubclass(thing, AnyPack) and not isabstract(thing)
    if not is_pack:
        raise InputError(
            seen=f"{thing!r} is no pack",
            expected="a subclass of mlops_assets.evaluation.packs.base.Pack or TrainingPack with a "
            "literal `type` and `evaluate`",
            todo="complete it",
        )
    return types_of(thing)
