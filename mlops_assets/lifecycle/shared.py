"""What all models share: resources, the executor, and the sensor that keeps MLflow true."""

import dagster as dg

from mlops_assets.lifecycle.profile_renderer import ProfileRenderer
from mlops_assets.platform.dagster.lake_io_manager import LakeIOManager
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.mlflow.run_status_sensor import mlflow_run_status_sensor
from mlops_assets.platform.settings import Settings

# Loaded once by the fork server, so that no step imports them again.
PRELOADED = ["mlops_assets.preload"]


def shared_definitions() -> dg.Definitions:
    """Resources, executor and sensor for every model of the code location."""
    return dg.Definitions(
        resources={
            "mlflow": MlflowResource(),
            "lake": LakeIOManager(),
            "profile_renderer": ProfileRenderer(),
        },
        executor=executor(Settings.from_environment().executor),
        sensors=[mlflow_run_status_sensor],
    )


def executor(name: str) -> dg.ExecutorDefinition:
    """The executor that `MLOPS_ASSETS_EXECUTOR` names.

    in_process is four to five times faster for one lifecycle. multiprocess gives every step a
    process, forked from a server that has imported what steps need.
    """
    if name == "in_process":
        return dg.in_process_executor
    start = {"forkserver": {"preload_modules": PRELOADED}}
    return dg.multiprocess_executor.configured({"start_method": start, "max_concurrent": 2})
