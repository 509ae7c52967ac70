"""Require distinct model names: models that share one would mix their assets and versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mlops_assets.errors import InputError
from mlops_assets.spec.defs_files import (
    NAMES,
    Files,
    child,
    defs_files,
    line,
    readable_files,
)

NAME_PATTERN, NAME_LENGTH = "^[A-Za-z][A-Za-z0-9_]*$", 100


def require_distinct_names(files: Files) -> None:
    """Raise `InputError` with both files if two models of `files` share a name.

    The name in the MLflow registry counts as well: two models that share it would promote each
    other's versions.
    """
    for mistake in name_mistakes(files).values():
        raise mistake


def name_mistakes(files: Files) -> dict[Path, InputError]:
    """What is wrong with each of `files` that has the name of a model in another place.

    A name belongs to the model in the folder of that name; the other one is wrong. Where there is
    none, nobody can tell which is, and both are.
    """
    seen: dict[tuple[str, str], tuple[Path, str]] = {}
    wrong: dict[Path, InputError] = {}
    for path, key, name, place in _names(files):
        other, elsewhere = seen.setdefault((key, name), (path, place))
        if elsewhere == place or path in wrong:
            continue
        if other not in wrong:
            mistake = InputError(
                seen=f"two models have the {key} {name!r}: {elsewhere} and {place}",
                expected=f"a unique {key} for every model",
                todo=f"change `{key}` in {place}",
            )
            wrong |= dict.fromkeys(_not_the_owner(key, name, other, path), mistake)
        if path not in wrong:
            seen[key, name] = (path, place)
    return wrong


def _not_the_owner(key: str, name: str, *files: Path) -> set[Path]:
    owners = {it for it in files if key == "name" and it.parent.name == name}
    return set(files) - (owners if len(owners) == 1 and len(set(files)) > 1 else set())


def require_unshared(model: str, folder: Path) -> None:
    """Raise `InputError` if the model in `folder / model` shares a name with another one.

    Only files that mention a name of it are parsed: a command about one of many models is quick.
    """
    own, _ = readable_files(folder / model)
    names = {name.encode() for _, _, name, _ in _names(own)}
    paths = (it for ending in NAMES for it in folder.rglob(ending) if it not in own)
    mentioning = [it for it in paths if any(name in it.read_bytes() for name in names)]
    found = dict(own)
    for path in sorted(mentioning):
        found |= readable_files(path.parent)[0]
    for mistake in name_mistakes(found).values():
        if any(f"{path}:" in mistake.seen for path in own):
            raise mistake


def model_names(folder: Path) -> dict[str, str]:
    """The place of each model under `folder`, as `file:line` by name."""
    return {name: place for _, key, name, place in _names(defs_files(folder)) if key == "name"}


def folder_of(name: str, folder: Path) -> Path:
    """The folder with the defs.yaml of the model `name`; `folder` itself if there is none."""
    if name in _quick(folder / name):
        return folder / name
    place = model_names(folder).get(name)
    return Path(place.rpartition(":")[0]).parent if place else folder


def _quick(own: Path) -> dict[str, str]:
    """The models in the folder that a model's own name gives, where most are."""
    return model_names(own) if own.is_dir() else {}


def registered_names(folder: Path) -> dict[str, str]:
    """The MLflow registry name of each model under `folder` whose file can be read, by name."""
    found = [name for _, _, name, _ in _names(readable_files(folder)[0])]
    return dict(zip(found[::2], found[1::2], strict=True))


def _names(files: Files) -> Iterator[tuple[Path, str, str, str]]:
    """Each model's file, `name` and `registered_name` (default: the name), with their places."""
    for path, documents in files.items():
        for document in documents:
            attributes = child(document, "attributes")
            name = child(attributes, "name")
            if name is None or child(attributes, "model") is None:
                continue  # some other component
            registered = child(attributes, "registered_name") or name
            for key, node in (("name", name), ("registered_name", registered)):
                yield path, key, str(node.value), f"{path}:{line(node)}"
