"""Definitions shared by all models: resources, executor, and the sensors that are about all."""

from collections.abc import Collection

import dagster as dg

from mlops_assets.lifecycle.profile_renderer import ProfileRenderer
from mlops_assets.lifecycle.served_version import served_versions
from mlops_assets.platform.dagster.lake_io_manager import LakeIOManager
from mlops_assets.platform.dagster.object_store import default_io_manager
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.mlflow.run_status_sensor import mlflow_run_status_sensor
from mlops_assets.platform.settings import Settings

# Imported once by the fork server, so that steps do not import them again.
PRELOADED = ["mlops_assets.preload"]


def shared_definitions(own: Collection[str] = ()) -> dg.Definitions:
    """Resources, executor and sensors for every model of the code location.

    `own` are the names of resources that files under `defs` bring.
    """
    defaults = {name: it for name, it in default_io_manager().items() if name not in own}
    return dg.Definitions(
        resources={
            **defaults,
            "mlflow": MlflowResource(),
            "lake": LakeIOManager(),
            "profile_renderer": ProfileRenderer(),
        },
        executor=executor(Settings.from_environment().executor),
        sensors=[mlflow_run_status_sensor, served_versions],
    )


def executor(name: str) -> dg.ExecutorDefinition:
    """The executor named by `MLOPS_ASSETS_EXECUTOR`.

    in_process is four to five times faster for one lifecycle. multiprocess runs every step in its
    own process, forked from a server that has already imported what steps need.
    """
    if name == "in_process":
        return dg.in_process_executor
    start = {"forkserver": {"preload_modules": PRELOADED}}
    return dg.multiprocess_executor.configured({"start_method": start, "max_concurrent": 2})
