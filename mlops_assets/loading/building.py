"""Make definitions of a unit of the folder `defs` (see units.py)."""

import warnings
from collections.abc import Callable
from pathlib import Path

import dagster as dg

from mlops_assets.loading.tree import DefsTree
from mlops_assets.loading.units import own_file

ORIGIN = "dagster/component_origin"
Build = Callable[[DefsTree, Path], dg.Definitions]


def with_assets(tree: DefsTree, path: Path) -> dg.Definitions:
    """All that a unit declares."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        warnings.simplefilter("ignore", dg.BetaWarning)
        tree.declare(path)
        places = tree.plain_components(path)
        if places:
            return dg.Definitions.merge(*map(tree.build_defs, places))
        return _without_origin(tree.build_defs(path))


def components_alone(tree: DefsTree, path: Path) -> dg.Definitions:
    """Only what a defs.yaml declares; Python files declare no model."""
    if own_file(path):
        tree.declare(path)
        for place in tree.components(path):
            tree.load_component(place)
    return dg.Definitions()


def _without_origin(loaded: dg.Definitions) -> dg.Definitions:
    """Without the name of the component class, which Dagster shows in the panel of each asset."""
    return loaded.map_asset_specs(func=_spec_without_origin)


def _spec_without_origin(spec: dg.AssetSpec) -> dg.AssetSpec:
    kept = {name: value for name, value in spec.metadata.items() if name != ORIGIN}
    return spec.replace_attributes(metadata=kept)
