"""Refit a version with the code that fitted it, in a separate process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.kinds.refit import FEATURES, MISTAKE, MISTAKEN, MODULE, REFITTED, REQUEST, STORED
from mlops_assets.platform.mlflow.store import error_text
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.reproduce.kept_code import unpack_code
from mlops_assets.registry.reproduce.recorded_training import RecordedTraining

if TYPE_CHECKING:
    import pandas as pd

BEFORE_SLICES = "mlops_assets.core.refit"


def refit_with_kept_code(
    settings: Settings, training: RecordedTraining, features: "pd.DataFrame", model_uri: str
) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """What `kinds.refit.refit` returns, run with the code of the recorded training.

    Raises `InputError` if that code is gone or does not match its version, rejects the recorded
    parameters, or does not run with the installed libraries.
    """
    import pandas as pd

    with TemporaryDirectory(prefix="mlops_assets_refit_") as place:
        folder = Path(place)
        unpack_code(training.code_file, training.surroundings.code, folder / "code")
        features.to_parquet(folder / FEATURES, engine="pyarrow")
        request = {
            "spec": training.spec,
            "model_uri": model_uri,
            "allowed_prefixes": settings.allowed_prefixes,
        }
        (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
        _run(folder, training.surroundings.code, settings)
        stored, refitted = (
            pd.read_parquet(folder / name, engine="pyarrow") for name in (STORED, REFITTED)
        )
        return stored, refitted


def _run(folder: Path, code: str, settings: Settings) -> None:
    """Run the code in the folder on its data; an interrupt stops it."""
    done = subprocess.run(
        # -P: the current package is not found
        [sys.executable, "-P", "-m", _entry(folder / "code"), str(folder)],
        env=_environment(folder / "code"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode == MISTAKEN and (folder / MISTAKE).exists():
        mistake = json.loads((folder / MISTAKE).read_text(encoding="utf-8"))
        raise InputError(**{part: mistake[part] for part in ("seen", "expected", "todo")})
    if done.returncode:
        reason = RuntimeError(_raised(done.stderr) or f"exit code {done.returncode}")
        raise InputError(
            seen=f"code {code}, which fitted the version, does not run here: "
            f"{error_text(reason, settings.mlflow_tracking_uri)}",
            expected="code that runs with the installed libraries",
            todo="install the original libraries, or refit with today's code: --todays-code",
        )


def _entry(code: Path) -> str:
    """The module of the kept code that refits: before release 0.2 it was elsewhere."""
    is_older = (code / "mlops_assets" / "core" / "refit.py").exists()
    return BEFORE_SLICES if is_older else MODULE


def _raised(stderr: str) -> str:
    """The last exception, without its traceback; libraries may print more when they exit."""
    _, found, trace = stderr.rpartition("Traceback (most recent call last):\n")
    return next((line for line in trace.splitlines() if found and line[:1].strip()), "")


def _environment(code: Path) -> dict[str, str]:
    """This process's environment and libraries, but with the package from the folder `code`."""
    import mlflow

    path = [str(code), *(place or str(Path.cwd()) for place in sys.path)]
    uri = mlflow.get_tracking_uri()
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path),
        "MLFLOW_TRACKING_URI": uri,
        "MLFLOW_REGISTRY_URI": uri,
    }
