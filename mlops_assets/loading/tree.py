"""Dagster's component tree, which reads only the folders of `defs` that are asked for."""

from collections.abc import Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.loading.units import own_file
from mlops_assets.platform.dagster.private import (
    ComponentDecl,
    ComponentLoc,
    ComponentPath,
    ComponentTree,
    YamlFileDecl,
    decl_of_document,
    decl_of_path,
)
from mlops_assets.platform.dagster.yaml_positions import with_positions
from mlops_assets.platform.settings import Settings
from mlops_assets.plugins import names_registered
from mlops_assets.spec.defs_files import child, documents
from mlops_assets.spec.named_objects import require_registered

if TYPE_CHECKING:
    from yaml import MappingNode


class DefsTree(ComponentTree):
    """The tree of the folder `defs`, read by unit (see units.py).

    Dagster's own reads all files before it loads one. A component that asks for another one, with
    `context.load_component`, makes this tree read that one too.
    """

    def declare(self, path: Path) -> None:
        """Read what a unit declares. Raises `InputError` if its defs.yaml may not be loaded."""
        context = self.decl_load_context.for_component_loc(ComponentPath.from_path(path))
        file = own_file(path)
        declared = _of_file(context, file, self._checked(file)) if file else decl_of_path(context)
        for loc, decl in declared.iterate_loc_component_decl_pairs() if declared else ():
            self.state_tracker.set_cache_data(loc, component_decl=decl)
            if isinstance(loc, ComponentPath):
                self._declared[loc] = decl

    def plain_components(self, path: Path) -> list[ComponentPath]:
        """The components of a declared defs.yaml, if it does not change what they build.

        Dagster would add their class to the metadata of every asset, check, job and schedule, which
        takes a fifth of the time.
        """
        file = own_file(path)
        found = self.parsed[file] if file else []
        changed = any(child(document, "post_processing") for document in found)
        return [] if changed else self.components(path)

    def components(self, path: Path) -> list[ComponentPath]:
        """The components of a declared defs.yaml, one for each of its documents."""
        file = own_file(path)
        found = self.parsed[file] if file else []
        return [ComponentPath.from_path(path, number) for number in range(len(found))]

    def forget(self, path: Path) -> None:
        """Leave out a unit that cannot be loaded: Dagster describes all components to its UI."""
        for loc in [it for it in self._declared if it.file_path.is_relative_to(path)]:
            del self._declared[loc]

    @cached_property
    def parsed(self) -> dict[Path, list["MappingNode"]]:
        """The documents of files that were read; more may be put here before `declare`."""
        return {}

    @cached_property
    def _declared(self) -> dict[ComponentPath, ComponentDecl]:
        return {}

    @cached_property
    def _components(self) -> set[str]:
        allowed = Settings.from_environment().allowed_names
        return {*allowed, *names_registered("components")}

    def _checked(self, file: Path) -> list["MappingNode"]:
        if file not in self.parsed:
            self.parsed[file] = documents(file)
        require_registered({file: self.parsed[file]}, self._components)
        return self.parsed[file]

    def _component_decl_tree(self) -> dict[ComponentLoc, ComponentDecl]:
        return {**self._declared}

    def _load_component_at_loc(self, resolved_loc: ComponentLoc) -> None:
        if resolved_loc not in self._declared and isinstance(resolved_loc, ComponentPath):
            asked = resolved_loc.file_path
            above = (it for it in asked.parents if it.is_relative_to(self.defs_module_path))
            self.declare(next((it for it in above if own_file(it)), asked))
        super()._load_component_at_loc(resolved_loc)

    @contextmanager
    def augment_component_tree_exception(self, loc, msg_for_key):
        """Raise what went wrong as it is: Dagster would read all files to draw the tree."""
        yield


def _of_file(context, path: Path, found: Sequence["MappingNode"]) -> YamlFileDecl:
    """What Dagster makes of a file that it parses itself."""
    trees = [with_positions(document, str(path)) for document in found]
    decls = []
    for number, tree in enumerate(trees):
        loc = ComponentPath.from_path(path.parent, number)
        decls.append(decl_of_document(context.for_component_loc(loc), tree, loc))
    return YamlFileDecl(
        loc=ComponentPath.from_path(path.parent),
        context=context,
        decls=decls,
        source_positions=[tree.source_position_tree.position for tree in trees],
    )
