"""Which model a run is of, so that its processes load no other."""

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
    return run.ops <= {it.node_def.name for it in _executed(loaded)} and is_closed(loaded)


def is_closed(loaded: dg.Definitions) -> bool:
    """Whether `loaded` has every asset that another one of it reads."""
    keys, reads = _keys(loaded)
    return reads <= keys


def is_about(loaded: dg.Definitions, model: str) -> bool:
    """Whether `loaded` adds assets or a job to the model, or reads its assets."""
    keys, reads = _keys(loaded)
    jobs = {(job.tags or {}).get("model") for job in loaded.jobs or ()}
    return model in jobs or any(key.path[0] == model for key in keys | reads)


def _keys(loaded: dg.Definitions) -> tuple[set[dg.AssetKey], set[dg.AssetKey]]:
    """The assets that `loaded` has, and those that they and its checks read."""
    named = {it.key for it in loaded.assets or () if isinstance(it, dg.AssetSpec)}
    defined = [it for it in loaded.assets or () if isinstance(it, dg.AssetsDefinition)]
    keys = named.union(*(it.keys for it in defined))
    return keys, {key for it in _executed(loaded) for key in it.dependency_keys}


def _executed(loaded: dg.Definitions) -> list[dg.AssetsDefinition]:
    every = (*(loaded.assets or ()), *(loaded.asset_checks or ()))
    return [it for it in every if isinstance(it, dg.AssetsDefinition) and it.is_executable]
