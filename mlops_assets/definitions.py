"""What Dagster loads: every model under defs/, and what they share."""

from pathlib import Path

import dagster as dg

from mlops_assets.automation import shared_definitions
from mlops_assets.core.garbage import nothing_collected
from mlops_assets.loading import load_models

HERE = Path(__file__).parent


@dg.definitions
def defs() -> dg.Definitions:
    """All models and the resources, executor and sensor they share."""
    with nothing_collected():
        return dg.Definitions.merge(load_models(HERE), shared_definitions())
