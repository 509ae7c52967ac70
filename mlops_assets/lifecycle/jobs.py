"""The jobs of a model, each a selection of its assets."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from mlops_assets.platform.dagster.private import AssetGraph, UnresolvedAssetJobDefinition
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

RETRAIN = (
    "raw_data",
    "data_profile",
    "features",
    "trained_model",
    "evaluation",
    "registered_version",
    "production_version",
)
MONITOR = ("live_data", "predictions", "drift_report", "performance_report")


class ModelJob(UnresolvedAssetJobDefinition):
    """A job that is resolved among its own model's assets.

    Dagster walks through every asset of the code location for each job, which takes half a minute
    with 500 models.
    """

    def resolve(self, asset_graph: AssetGraph, *arguments: Any, **options: Any) -> dg.JobDefinition:
        """The job, as Dagster would resolve it among all assets."""
        keys = self.selection.resolve(asset_graph)
        checks = dg.AssetSelection.checks_for_assets(*keys).resolve_checks(asset_graph)
        own = asset_graph.assets_defs_for_keys([*keys, *checks])
        return super().resolve(AssetGraph.from_assets(own), *arguments, **options)


def build(spec: LifecycleSpec) -> list[UnresolvedAssetJobDefinition]:
    """`<model>_retrain`: raw_data to production_version; `<model>_monitor`: one day."""
    retrain = f"Everything from raw data to the version of {spec.name} that serves."
    monitor = f"One day of {spec.name}: its live rows, predictions, drift and performance."
    return [
        _job(spec, "retrain", RETRAIN, retrain),
        _job(spec, "monitor", MONITOR, monitor),
    ]


def _job(spec: LifecycleSpec, name: str, assets: Sequence[str], about: str) -> ModelJob:
    tags = {"model": spec.name}
    return ModelJob(
        f"{spec.name}_{name}",
        selection=dg.AssetSelection.assets(*(dg.AssetKey([spec.name, it]) for it in assets)),
        description=about,
        tags=tags,
        run_tags=tags,
    )
