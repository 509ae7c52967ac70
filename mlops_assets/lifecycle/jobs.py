"""The retrain and monitor jobs of a model, each a selection of its assets."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from mlops_assets.lifecycle.run_resources import resource_tags
from mlops_assets.platform.dagster.private import AssetGraph, UnresolvedAssetJobDefinition
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

RETRAIN_JOB, MONITOR_JOB = "retrain", "monitor"
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
REVIEW = "review"
"""Part of the retrain job of a model whose versions are reviewed."""
POLICY_VERSION = "policy_version"
"""Part of the retrain job of a model with `policy` in its defs.yaml."""
EXPERIMENT = "experiment_report"
"""Part of the monitor job of a model with an experiment; for others it would be a step in vain."""


class ModelJob(UnresolvedAssetJobDefinition):
    """A job resolved against its own model's assets only.

    Dagster resolves each job against every asset of the code location, which takes half a minute
    with 500 models.
    """

    def resolve(self, asset_graph: AssetGraph, *arguments: Any, **options: Any) -> dg.JobDefinition:
        """The same job that Dagster would resolve against all assets."""
        keys = self.selection.resolve(asset_graph)
        checks = dg.AssetSelection.checks_for_assets(*keys).resolve_checks(asset_graph)
        own = asset_graph.assets_defs_for_keys([*keys, *checks])
        return super().resolve(AssetGraph.from_assets(own), *arguments, **options)


def model_of_job(job: str) -> str | None:
    """The model that a job of this module is of; None for another job."""
    model, _, name = job.rpartition("_")
    return model if model and name in (RETRAIN_JOB, MONITOR_JOB) else None


def build(spec: LifecycleSpec) -> list[UnresolvedAssetJobDefinition]:
    """`<model>_retrain`, and `<model>_monitor` if there are days to monitor."""
    return [retrain(spec), monitor(spec)] if spec.is_monitored else [retrain(spec)]


def retrain(spec: LifecycleSpec) -> UnresolvedAssetJobDefinition:
    """`<model>_retrain`, from raw_data to production_version."""
    what = f"Retrain {spec.name}: from raw data to the version in production."
    named = (POLICY_VERSION,) if spec.policy else ()
    assets = (*RETRAIN, *named, *((REVIEW,) if spec.is_reviewed else ()))
    return _job(spec, RETRAIN_JOB, assets, what)


def monitor(spec: LifecycleSpec) -> UnresolvedAssetJobDefinition:
    """`<model>_monitor`, for a day."""
    what = f"Monitor one day of {spec.name}: live rows, predictions, drift and performance."
    assets = (*MONITOR, EXPERIMENT) if spec.serving.experiment else MONITOR
    return _job(spec, MONITOR_JOB, assets, what)


def _job(spec: LifecycleSpec, name: str, assets: Sequence[str], description: str) -> ModelJob:
    tags = {"model": spec.name}
    return ModelJob(
        f"{spec.name}_{name}",
        selection=dg.AssetSelection.assets(*(dg.AssetKey([spec.name, it]) for it in assets)),
        description=description,
        tags=tags,
        run_tags={**tags, **resource_tags(spec)},
    )
