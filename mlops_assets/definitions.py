"""What Dagster loads: every model under defs/, and what they share."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from mlops_assets.automation import shared_definitions
from mlops_assets.loading import load_models

HERE = Path(__file__).parent


@dg.definitions
def defs() -> dg.Definitions:
    """All models and the resources, executor and sensor they share."""
    with nothing_collected():
        return dg.Definitions.merge(load_models(HERE), shared_definitions())


@contextmanager
def nothing_collected() -> Iterator[None]:
    """No garbage collection inside the block: all that loading makes stays for good anyway."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
