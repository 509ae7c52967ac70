"""The kinds of models there are: those of this folder, and those of other packages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import BaseModel, Field

from mlops_assets.errors import InputError
from mlops_assets.features.code_version import AND
from mlops_assets.plugins import types_of, with_plugins
from mlops_assets.tasks.base import Task

MEMBERS = ("tasks", "libraries", "claims", "packs", "fit", "load")


def is_kind(thing: object) -> bool:
    """True for a pydantic model with a literal `type` and all members of `base.Kind`."""
    return not _lacking(thing)


def discover() -> dict[str, type[BaseModel]]:
    """All kinds by type, in its order; other classes and modules of this folder are ignored.

    Raises `InputError` for what another package registers and is no kind.
    """
    return dict(sorted(with_plugins("kinds", _kinds(), _types).items()))


def _kinds() -> Iterator[type[BaseModel]]:
    for module in iter_modules([str(Path(__file__).parent)]):
        things = vars(import_module(f"{__package__}.{module.name}")).values()
        yield from (thing for thing in things if is_kind(thing))


def _lacking(thing: object) -> list[str]:
    if not types_of(thing):
        return ["a literal `type`"]
    return [name for name in MEMBERS if not hasattr(thing, name)]


def _types(thing: Any) -> tuple[str, ...]:
    if lacking := _lacking(thing):
        raise InputError(
            seen=f"{thing!r} lacks {lacking}",
            expected="a pydantic model with the members of mlops_assets.kinds.base.Kind",
            todo="complete it",
        )
    return types_of(thing)


def one_of(kinds: list[type[BaseModel]]) -> Any:
    """The annotation of a field that accepts any of `kinds`, discriminated by `type`."""
    if len(kinds) == 1:  # pydantic rejects a discriminator for a single type
        return kinds[0]
    return Annotated[Union[tuple(kinds)], Field(discriminator="type")]  # noqa: UP007


def tasks_of(kind: object) -> tuple[Task, ...]:
    """The tasks that the kind of that `type` supports; empty for an unknown kind."""
    return getattr(BY_TYPE[kind], "tasks", ()) if isinstance(kind, str) and kind in BY_TYPE else ()


def home_of(kind: str, packages: Iterable[str] = ()) -> str:
    """Where the kind of that `type` and its tasks are defined; "" if it is unknown.

    The name below this folder, such as `sklearn`, with the kinds that it `builds_on`, each after a
    plus; or the outermost package of another place, after a slash, such as `/survival`; then, each
    after a slash, the other packages of its tasks, and the `packages` that a model itself names.
    """
    if kind not in BY_TYPE:
        return ""
    module = BY_TYPE[kind].__module__
    own = module.removeprefix(f"{__package__}.")
    others = {_outermost(task.__module__) for task in tasks_of(kind)} | {*packages}
    others -= {_outermost(__name__)}
    if own == module:
        return "/".join(["", *sorted({_outermost(module), *others})])
    here = AND.join([_outermost(own), *getattr(BY_TYPE[kind], "builds_on", ())])
    return "/".join([here, *sorted(others)])


def packages_of(model: object) -> tuple[str, ...]:
    """The packages that a `model:` section names whose files determine its fit."""
    return getattr(model, "packages", ())


def _outermost(module: str) -> str:
    return module.partition(".")[0]


def libraries_of(kind: str) -> tuple[str, ...]:
    """The libraries whose versions affect what a kind of that `type` fits and predicts."""
    return getattr(BY_TYPE[kind], "libraries", ()) if kind in BY_TYPE else ()


BY_TYPE = discover()
KINDS = list(dict.fromkeys(BY_TYPE.values()))
if TYPE_CHECKING:
    from mlops_assets.kinds.base import Kind as ModelSpec
else:
    ModelSpec = one_of(KINDS)
