"""Load the models: all of them, or only the one that a run or a command is about."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import dagster as dg

from mlops_assets.component import ModelLifecycle
from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.lifecycle.refused_models import refused_models
from mlops_assets.loading.building import Build, components_alone, with_assets
from mlops_assets.loading.own_model import is_about, is_closed, is_whole, model_of
from mlops_assets.loading.refusals import REFUSALS, mistakes_of, raise_all
from mlops_assets.loading.tree import DefsTree
from mlops_assets.loading.units import own_file, units
from mlops_assets.platform.dagster.private import component_docs
from mlops_assets.platform.dagster.this_process import is_code_server, run_here
from mlops_assets.platform.served_code import note
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.defs_files import Files, readable_files
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.model_names import name_mistakes, require_unshared


class Loaded(NamedTuple):
    """The definitions that could be loaded, and the mistakes in others, by unit (see units.py)."""

    tree: DefsTree
    units: dict[Path, dg.Definitions]
    mistakes: dict[Path, list[InputError]]

    def merged(self) -> dg.Definitions:
        """All of them as one."""
        return dg.Definitions.merge(dg.Definitions(component_tree=self.tree), *self.units.values())


def load_for_this_process(package: Path) -> dg.Definitions:
    """What this process of Dagster needs of the folder `defs`.

    A run loads its own model, the code server all that can be loaded: one bad defs.yaml holds up
    no other model. Anything else raises `InputError` for an invalid defs.yaml.
    """
    if run := run_here():
        model = model_of(run)
        own = _own(package, model) if model else None
        return own if own and is_whole(own, run) else _all(package)[0]
    if is_code_server():
        return _served(package)
    return load_models(package)


@cache  # Dagster's code server loads its definitions twice; a reload is another process
def _served(package: Path) -> dg.Definitions:
    note(Settings.from_environment())
    loaded, mistakes = _all(package)
    return dg.Definitions.merge(loaded, refused_models(mistakes))


def load_models(package: Path) -> dg.Definitions:
    """Load the folder `defs` of the package. Raises `InputError` for an invalid defs.yaml."""
    loaded, mistakes = _all(package)
    raise_all(mistakes)
    return loaded


def load_model(package: Path, model: str) -> dg.Definitions:
    """Load `model` and what Python files add to it, or all models if no folder has its name.

    Raises `InputError` for an invalid defs.yaml, or if another model has one of its names.
    """
    own = _own(package, model)
    if own is None or model not in specs(own):
        return load_models(package)
    require_unshared(model, package / "defs")
    added = _code_about(package, model)
    whole = dg.Definitions.merge(own, *added)
    return whole if is_closed(whole) else load_models(package)


def load_specs(package: Path, model: str = "") -> dg.Definitions:
    """The models without their assets, in a fifth of the time: for `specs`.

    With `model` that one alone, if a folder has its name. Raises `InputError` like `load_models`.
    """
    own = _own(package, model, components_alone) if model else None
    if own is not None and model in specs(own):
        require_unshared(model, package / "defs")
        return own
    loaded, mistakes = _all(package, components_alone)
    raise_all(mistakes)
    return loaded


def _code_about(package: Path, model: str) -> list[dg.Definitions]:
    """What Python files declare about a model; a mistake in another model holds up no command."""
    code = [path for path in units(package / "defs") if path.suffix == ".py"]
    found = _load(package, code, {}).units.values()
    return [it for it in found if is_about(it, model)]


def _own(package: Path, model: str, build: Build = with_assets) -> dg.Definitions | None:
    """The model in the folder of its name; None if there is none."""
    folder = package / "defs" / model
    if own_file(folder.parent) or not own_file(folder):
        return None
    files, unreadable = readable_files(folder)
    raise_all(unreadable)
    loaded = _load(package, [folder], files, build)
    raise_all(loaded.mistakes.get(folder, []))
    return loaded.merged()


def _all(package: Path, build: Build = with_assets) -> tuple[dg.Definitions, list[InputError]]:
    folder = package / "defs"
    files, unreadable = readable_files(folder)
    shared = name_mistakes(files)
    kept = {path: documents for path, documents in files.items() if path not in shared}
    loaded = _load(package, units(folder), kept, build)
    later = (it for mistakes in loaded.mistakes.values() for it in mistakes)
    told = {str(it): it for it in (*unreadable, *shared.values(), *later)}
    return dg.Definitions.merge(loaded.merged(), component_docs()), list(told.values())


def _load(package: Path, paths: Iterable[Path], files: Files, build: Build = with_assets) -> Loaded:
    """Load these units; those whose file is not among the readable `files` are left out."""
    tree = DefsTree.for_project(package)
    tree.parsed.update(files)
    loaded = Loaded(tree, {}, {})
    for path in paths:
        file = own_file(path)
        if file and file not in files:
            continue
        try:
            loaded.units[path] = build(tree, path)
        except REFUSALS as error:
            tree.forget(path)
            own = {file: files[file]} if file else {}
            loaded.mistakes[path] = list(mistakes_of(error, own))
    return loaded


def specs(loaded: dg.Definitions) -> dict[str, LifecycleSpec]:
    """The spec of each loaded model, by name."""
    tree = loaded.component_tree
    components = tree.get_all_components(of_type=ModelLifecycle) if tree else []
    return {component.spec.name: component.spec for component in components}


def spec_of(loaded: dg.Definitions, model: str) -> LifecycleSpec:
    """The spec of `model`. Raises `InputError` with the existing models if there is none."""
    by_name = specs(loaded)
    if model in by_name:
        return by_name[model]
    raise InputError(
        seen=f"no model {model!r} among {sorted(by_name)}{nearest(model, list(by_name))}",
        expected="the name of a model under mlops_assets/defs",
        todo="correct the name, or create the model with `mlops-assets new`",
    )
