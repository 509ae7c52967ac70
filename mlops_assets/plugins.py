"""What installed packages add to this one: kinds, tasks, packs and sources, by entry point."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from mlops_assets.errors import InputError


def plugins(group: str) -> list[Any]:
    """The objects that installed packages register under `mlops_assets.<group>`, sorted by name.

    Raises `InputError` if one cannot be imported.
    """
    found = _by_group().get(f"mlops_assets.{group}", ())
    return [_loaded(it) for it in sorted(found, key=lambda it: it.name)]


def entry_points_file(package: str) -> str:
    """The text of `entry_points.txt` that brings in that package; "" if none does."""
    for found in _by_group().values():
        for it in found:
            if it.dist and it.module.partition(".")[0] == package:
                return it.dist.read_text("entry_points.txt") or ""
    return ""


@cache
def _by_group() -> dict[str, list[EntryPoint]]:
    """The entry points of our groups, listed once: it takes 30 ms."""
    everything = entry_points()
    ours = [group for group in everything.groups if group.startswith("mlops_assets.")]
    return {group: list(everything.select(group=group)) for group in ours}


def _loaded(found: EntryPoint) -> Any:
    try:
        return found.load()
    except (ImportError, AttributeError) as error:
        package = found.dist.name if found.dist else found.module
        raise InputError(
            seen=f"the package {package} registers {found.value!r} as {found.group}: {error}",
            expected="an object that can be imported",
            todo=f"correct or uninstall {package}",
        ) from error
