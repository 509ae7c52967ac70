"""Save a policy in MLflow and load it: estimators as skops, the rest as JSON, no pickle."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from pydantic import TypeAdapter

from mlops_assets.errors import InputError
from mlops_assets.kinds.model_files import damaged, downloaded, log_files
from mlops_assets.kinds.policy.choices import Choice
from mlops_assets.kinds.policy.rewards import RewardModel
from mlops_assets.kinds.sklearn.storage import dump
from mlops_assets.kinds.sklearn.trusted_types import TRUSTED_TYPES

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

KIND, FILE = "policy", "policy.json"


def save(
    rewards: RewardModel, choice: Choice, sample: pd.DataFrame, *, run_id: str, model_name: str
) -> str:
    """Log the policy under the run and return its id. Raises `InputError` for an untrusted type."""
    files = {name: f"rewards_{place}.skops" for place, name in enumerate(rewards.pipelines)}
    described = {
        "actions": rewards.actions,
        "mean_reward": rewards.mean,
        "choice": choice.model_dump(),
        "files": files,
    }

    def write(folder: Path) -> None:
        for name, file in files.items():
            dump(rewards.pipelines[name], folder / file)
        (folder / FILE).write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")

    return log_files(write, kind=KIND, sample=sample, run_id=run_id, model_name=model_name)


def load(model_uri: str) -> tuple[RewardModel, Choice]:
    """Load the policy at `models:/m-…`. Raises `InputError` if it is not ours, or has changed."""
    with downloaded(model_uri, KIND) as folder:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        pipelines = {
            name: _pipeline(folder / file, model_uri) for name, file in found["files"].items()
        }
    rewards = RewardModel(found["actions"], pipelines, found["mean_reward"])
    return rewards, TypeAdapter(Choice).validate_python(found["choice"])


def _pipeline(path: Path, model_uri: str) -> Pipeline:
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        return skops.io.load(path, trusted=list(TRUSTED_TYPES))
    except UntrustedTypesFoundException as error:
        raise InputError(
            seen=f"{model_uri}: {str(error).splitlines()[0].rstrip('.')}",
            expected="only types reviewed in mlops_assets/kinds/sklearn/trusted_types.py",
            todo="use another estimator, or review the types and add them there",
        ) from error
    except (BadZipFile, zlib.error) as error:
        raise damaged(model_uri, f"{path.name} cannot be read: {error}") from error
