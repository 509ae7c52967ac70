"""The Dagster definitions: every model under defs/, and what the models share."""

from pathlib import Path

import dagster as dg

from mlops_assets.platform.gc_pause import gc_paused

HERE = Path(__file__).parent


@dg.definitions
def defs() -> dg.Definitions:
    """The models that this process needs, and the resources, executor and sensors they share."""
    with gc_paused():  # imports are in it: a look for garbage among Dagster's objects takes long
        from mlops_assets.lifecycle.retention import retention
        from mlops_assets.loading import load_for_this_process, specs
        from mlops_assets.platform.dagster.sqlite import keep_engines
        from mlops_assets.platform.settings import Settings

        settings = Settings.from_environment()
        if not settings.dagster_storage_url:
            keep_engines()
        pruned = retention(settings.retention, lambda: specs(declared()).values())
        return dg.Definitions.merge(_with_shared(load_for_this_process(HERE)), pruned)


def defs_of(model: str) -> dg.Definitions:
    """Only `model`, and what all share; for a command about one model."""
    with gc_paused():
        from mlops_assets.loading import load_model

        return _with_shared(load_model(HERE, model))


def declared(model: str = "") -> dg.Definitions:
    """The models alone, or only `model`: for commands that need specs and no assets."""
    with gc_paused():
        from mlops_assets.loading import load_specs

        return load_specs(HERE, model)


def _with_shared(models: dg.Definitions) -> dg.Definitions:
    from mlops_assets.lifecycle.shared import shared_definitions

    return dg.Definitions.merge(models, shared_definitions([*(models.resources or {})]))
