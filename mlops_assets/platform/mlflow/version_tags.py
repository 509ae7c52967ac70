"""How the tags of a registered version are stored: those for people by name, those for code hidden.

A version's page in MLflow leaves out keys that begin with `mlflow.`, and the server that
`mlops-assets up` starts leaves them out of lists. Code writes and reads plain names, such as
`verdict`; only here they become keys of MLflow. Versions of release 0.1 have all tags under their
plain names, which are still read; the next change of such a tag moves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

HIDDEN = "mlflow.mlops_assets."
FOR_PEOPLE = (
    "stage",
    "gates_passed",
    "dataset_version",
    "trained_through",
    "forced",
    "superseded_by",
)
"""Shown on MLflow's pages. What else a person wants is in the description."""
FOR_CODE = (
    "model_id",
    "fingerprint",
    "code_version",
    "holdout_metrics",
    "holdout_intervals",
    "expected_day",
    "git",
    "verdict",
    "staged_at",
    "review",
    "in_production_since",
    "promoted_because",
    "rejected_because",
    "archived_because",
    "barred",
)


def stored_key(name: str) -> str:
    """The key in MLflow of the tag with that plain name."""
    return f"{HIDDEN}{name}" if name in FOR_CODE else name


def plain_name(key: str) -> str:
    """The plain name of the tag with that key in MLflow."""
    return key.removeprefix(HIDDEN)


def stored(tags: Mapping[str, str]) -> dict[str, str]:
    """The same tags under their keys in MLflow."""
    return {stored_key(name): value for name, value in tags.items()}


def plain(tags: Mapping[str, str]) -> dict[str, str]:
    """The same tags under their plain names; a hidden one takes precedence over an old one."""
    hidden = {plain_name(key): value for key, value in tags.items() if key.startswith(HIDDEN)}
    return {key: value for key, value in tags.items() if not key.startswith(HIDDEN)} | hidden


def with_plain_tags(version: ModelVersion) -> ModelVersion:
    """The version with the plain names of its tags."""
    from mlflow.entities.model_registry import ModelVersion, ModelVersionTag

    tags = [ModelVersionTag(name, value) for name, value in plain(version.tags).items()]
    return ModelVersion(**{**dict(version), "tags": tags})
