"""Create runs of a checkout as Dagster does, and print the command that executes each, as JSON.

`python -m benchmarks.scale.runs JOB…`: a job is `model_0_retrain`, or `model_0` for *Materialize
all* of what it trains. A launcher starts the same commands; the default one forks the same code.
"""

import json
import sys

import dagster as dg
from dagster._core.definitions.reconstruct import ReconstructableRepository
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import serialize_value

from mlops_assets.definitions import defs
from mlops_assets.lifecycle.jobs import RETRAIN
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.settings import Settings

ASSET_JOB = "__ASSET_JOB"


def main(names: list[str]) -> None:
    """Create a run for each name."""
    repository = defs().get_repository_def()
    rebuilt = ReconstructableRepository.for_module("mlops_assets.definitions", "defs")
    with open_instance(Settings.from_environment()) as instance:
        commands = [_command(name, repository, rebuilt, instance) for name in names]
    print(json.dumps(commands))


def _command(name: str, repository, rebuilt, instance: dg.DagsterInstance) -> list[str]:
    whole = name.endswith("_retrain")
    selected = None if whole else frozenset(dg.AssetKey([name, it]) for it in RETRAIN)
    job = repository.get_maybe_subset_job_def(
        name if whole else ASSET_JOB, asset_selection=selected
    )
    origin = rebuilt.get_reconstructable_job(job.name).get_python_origin()
    run = instance.create_run_for_job(job, asset_selection=selected, job_code_origin=origin)
    arguments = ExecuteRunArgs(origin, run.run_id, instance.get_ref(), True)
    return ["-m", "dagster", "api", "execute_run", serialize_value(arguments)]


if __name__ == "__main__":
    main(sys.argv[1:])
