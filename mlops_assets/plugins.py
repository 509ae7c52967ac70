"""What installed packages add to this one by entry point: kinds, tasks, packs, sources, names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel

from mlops_assets.errors import InputError

PACKAGE = Path(__file__).resolve().parent
OURS = "[mlops_assets."
KEPT = "KEPT"
"""The name of a file in the package that says that it is kept code (see `kinds/refit.py`)."""
T = TypeVar("T")
NamesOf = Callable[[Any], Sequence[str]]


def with_plugins(
    group: str, own: Iterable[T], names_of: NamesOf, taken: Mapping[str, str] | None = None
) -> dict[str, T]:
    """`own` things, and those that installed packages register under `mlops_assets.<group>`.

    They are by name: `names_of` gives the names of a thing, or raises `InputError` if it is unfit.
    `taken` are the modules, by name, of things that are not imported yet.
    Raises `InputError`, with the package and its entry point, for what cannot be imported, is unfit
    or has a name that is taken.
    """
    taken = taken or {}
    found = {name: thing for thing in own for name in names_of(thing)}
    for entry in sorted(_by_group().get(f"mlops_assets.{group}", ()), key=lambda it: it.name):
        thing = _loaded(entry)
        for name in _names(entry, thing, names_of):
            other = found.setdefault(name, thing)
            if name in taken or other is not thing:
                why = f"{taken.get(name, other.__module__)} has {name!r} already"
                raise _refused(entry, why, "a name that nothing else has")
    return found


def types_of(thing: object) -> tuple[Any, ...]:
    """The values of the literal `type` of a class of pydantic models; empty for anything else."""
    if not (isinstance(thing, type) and issubclass(thing, BaseModel)):
        return ()
    field = thing.model_fields.get("type")
    return get_args(field.annotation) if field and get_origin(field.annotation) is Literal else ()


def names_registered(group: str) -> set[str]:
    """The objects that packages register under `mlops_assets.<group>`, as `package.module.name`.

    Nothing is imported.
    """
    found = _by_group().get(f"mlops_assets.{group}", ())
    return {entry.value.replace(":", ".").replace(" ", "") for entry in found}


def registrations(package: str) -> str:
    """An `entry_points.txt` with what decides fits: this package's kinds, tasks and models."""
    lines = []
    for group in ("mlops_assets.kinds", "mlops_assets.models", "mlops_assets.tasks"):
        found = [it for it in _by_group().get(group, ()) if it.module.split(".")[0] == package]
        lines += [f"[{group}]", *sorted(f"{it.name} = {it.value}" for it in found)]
    return "\n".join([*lines, ""])


@cache
def _by_group() -> dict[str, list[EntryPoint]]:
    """The entry points of our groups, listed once; the first of a name on the path counts.

    Only packages that have such a group are parsed: `entry_points` parses all and takes 30 ms. Kept
    code has those alone that were kept with it, because what is installed need not fit it.
    """
    kept = (PACKAGE / KEPT).exists()
    found: dict[str, dict[str, EntryPoint]] = {}
    for package in distributions():
        if OURS in (package.read_text("entry_points.txt") or ""):
            for it in package.entry_points:
                if f"[{it.group}".startswith(OURS) and (not kept or _is_beside(it)):
                    found.setdefault(it.group, {}).setdefault(it.name, it)
    return {group: list(named.values()) for group, named in found.items()}


def _is_beside(entry: EntryPoint) -> bool:
    """Whether its package lies in the same folder as this one."""
    place = entry.dist and entry.dist.locate_file("")
    return place is not None and Path(str(place)).resolve() == PACKAGE.parent


def _loaded(entry: EntryPoint) -> Any:
    try:
        return entry.load()
    except Exception as error:  # its module may raise anything, and would stop every command
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise _refused(entry, why, "an object that can be imported") from error


def _names(entry: EntryPoint, thing: Any, names_of: NamesOf) -> Sequence[str]:
    try:
        return names_of(thing)
    except InputError as error:
        raise _refused(entry, error.seen, error.expected) from None


def _refused(entry: EntryPoint, why: str, expected: str) -> InputError:
    package = (entry.dist and entry.dist.name) or entry.module
    return InputError(
        seen=f"the package {package} registers {entry.name} = {entry.value} under {entry.group}: "
        f"{why}",
        expected=expected,
        todo=f"correct or uninstall {package}",
    )
