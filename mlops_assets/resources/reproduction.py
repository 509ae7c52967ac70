"""Fits a registered version again from what was recorded, and compares. Writes nothing."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlops_assets.core.errors import InputError
from mlops_assets.core.feature_table import sides
from mlops_assets.core.registry.reading import ModelReader, model_id_of
from mlops_assets.core.reproduction import Reproduction, Surroundings, compare_predictions
from mlops_assets.resources.kept_code import unpack_code
from mlops_assets.resources.lake import read_table
from mlops_assets.resources.mlflow_store import explained, open_store
from mlops_assets.resources.recorded_training import RecordedTraining, read_training
from mlops_assets.resources.refit import TABLES, refit
from mlops_assets.resources.settings import VARIABLES, Settings

if TYPE_CHECKING:
    import pandas as pd


def reproduce_version(
    settings: Settings,
    model_name: str,
    version: str | int,
    *,
    tolerance: float = 0.0,
    todays_code: bool = False,
) -> Reproduction:
    """Refit `version` with its recorded data, code, parameters and seed; compare on the holdout.

    `todays_code`: with the code that runs now; so too where the code of then was not kept. What
    differs from the code and the libraries of the fit is named. Takes as long as the fit took.
    Raises `InputError` where something recorded is gone.
    """
    with explained(settings):
        client = open_store(settings)
        model_id = model_id_of(ModelReader(client, model_name).version(version))
        training = read_training(client, model_id)
    here, then = Surroundings.here(), training.surroundings
    if then.code == here.code or todays_code or not training.code_file:
        tables = refit(settings, model_id)
    else:
        tables = _refit_in_its_code(settings, model_id, training)
        here = here.model_copy(update={"code": then.code})
    features = read_table(training.features_file)
    return Reproduction(
        model_name=model_name,
        version=str(version),
        model_id=model_id,
        dataset_version=features.attrs["dataset_version"],
        features_file=training.features_file,
        seed=training.spec["seed"],
        code=here.code,
        training_rows=len(sides(features)[0]),
        comparison=compare_predictions(*tables, training.spec["task"]),
        changes=then.changes(here),
        tolerance=tolerance,
    )


def _refit_in_its_code(
    settings: Settings, model_id: str, training: RecordedTraining
) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """`refit` in a process of its own, which imports this package as it was then."""
    import pandas as pd

    with TemporaryDirectory() as holder:
        folder = Path(holder)
        unpack_code(training.code_file, folder)
        done = subprocess.run(
            [sys.executable, "-P", "-m", "mlops_assets.resources.refit", model_id, holder],
            cwd=settings.project_root,
            env=_environment(settings, folder),
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise _failed(training.surroundings.code, done.returncode, done.stderr)
        stored, refitted = (pd.read_parquet(folder / name) for name in TABLES)
    return stored, refitted


def _environment(settings: Settings, package_parent: Path) -> dict[str, str]:
    """The same stores for code that lies elsewhere; relative places start where ours do."""
    found = "".join(f"{os.pathsep}{it}" for it in [os.environ.get("PYTHONPATH")] if it)
    places = ("home", "mlflow_tracking_uri", "lake_url")
    return {
        **os.environ,
        **{VARIABLES[name]: str(getattr(settings, name)) for name in places},
        VARIABLES["allowed_prefixes"]: ",".join(settings.allowed_prefixes),
        "PYTHONPATH": f"{package_parent}{found}",
    }


def _failed(code: str, status: int, said: str) -> InputError:
    lines = said.strip().splitlines() or [f"exit code {status}"]
    return InputError(
        seen=f"the code of then, {code}, could not fit it again: {lines[-1].removesuffix('.')}",
        expected="a fit as it was recorded, with the libraries that are installed",
        todo="install the libraries of then, or fit it with today's code: --todays-code",
    )
