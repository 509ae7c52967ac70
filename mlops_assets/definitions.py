"""The Dagster definitions: every model under defs/, and what the models share."""

from pathlib import Path

import dagster as dg

from mlops_assets.platform.gc_pause import gc_paused

HERE = Path(__file__).parent


@dg.definitions
def defs() -> dg.Definitions:
    """All models, and the resources, executor and sensors they share."""
    with gc_paused():  # imports are in it: a look for garbage among Dagster's objects takes long
        from mlops_assets.lifecycle.shared import shared_definitions
        from mlops_assets.loading import load_models

        return dg.Definitions.merge(load_models(HERE), shared_definitions())


def declared() -> dg.Definitions:
    """The models alone, as their specs say: for commands that need none of their assets."""
    with gc_paused():
        from mlops_assets.loading import load_specs

        return load_specs(HERE)
