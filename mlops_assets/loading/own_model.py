"""Which model a run is of, so that its processes load no other."""

from collections.abc import Iterable

import dagster as dg

from mlops_assets.lifecycle.jobs import model_of_job
from mlops_assets.platform.dagster.private import is_asset_job
from mlops_assets.platform.dagster.this_process import RunHere


def model_of(run: RunHere) -> str | None:
    """The only model that the run's job or selection names; None for several, or if in doubt."""
    if not is_asset_job(run.job):
        return model_of_job(run.job)
    models = {key.path[0] for key in run.selected}
    return models.pop() if len(models) == 1 else None


def is_whole(loaded: dg.Definitions, run: RunHere) -> bool:
    """Whether `loaded` has all that the run executes, and all that its assets read."""
    assets = [it for it in loaded.assets or () if isinstance(it, dg.AssetsDefinition)]
    checks = [it for it in loaded.asset_checks or () if isinstance(it, dg.AssetsDefinition)]
    keys = {key for it in assets for key in it.keys}
    reads = {key for it in (*assets, *checks) for key in it.dependency_keys}
    return run.ops <= _ops((*assets, *checks)) and reads <= keys


def _ops(definitions: Iterable[dg.AssetsDefinition]) -> set[str]:
    return {it.node_def.name for it in definitions if it.is_executable}
