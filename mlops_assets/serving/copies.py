"""What a model served here lately, which is kept for when MLflow is away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlops_assets.errors import InputError
from mlops_assets.registry.model_copies import ModelCopies

KEPT = 2


@dataclass(frozen=True)
class Copies:
    """The versions that a model served last, with what is known of them.

    `group` names the model and its role, such as `heart_disease` or `heart_disease.challenger`.
    """

    models: ModelCopies
    group: str

    def keep(self, number: str, facts: dict[str, Any]) -> None:
        """Keep the copy of a version as the newest, with `facts`, and one before it."""
        self.models.keep(self.group, number, facts, KEPT)

    def newest(self) -> tuple[Path, dict[str, Any]]:
        """The newest copy whose files are those that were kept, and its facts.

        Raises `InputError` if there is none.
        """
        for facts in self.models.kept(self.group):
            if files := self.models.held(facts["model_id"]):
                return files, facts
        raise InputError(
            seen=f"no undamaged copy of a version of {self.group} in {self.models.folder}",
            expected="a version that has served on this machine before",
            todo="start MLflow, or look at MLFLOW_TRACKING_URI",
        )
