"""What an object of yours has to do to be a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.base import Task

if TYPE_CHECKING:
    import pandas as pd

Log = Callable[[Mapping[str, float]], None]
"""Takes the metrics of an epoch, such as `train_loss` and `val_loss`; the step is counted."""


@runtime_checkable
class Trainable(Protocol):
    """Made by calling the registered class or function with `params`, as keyword arguments.

    To load a model, another one is made with the same `params`, and told to `load`.
    """

    def fit(self, dataset: Dataset, task: Task, *, seed: int, log: Log) -> None:
        """Learn from typed features and the target; the same data and seed give the same model."""
        ...

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """Predictions, indexed like the rows: `prediction`, and the further columns of the task."""
        ...

    def save(self, folder: Path) -> None:
        """Write all that `load` needs into an empty folder: files of any format but pickle.

        Such as `config.json`, `model/` and `tokenizer/`.
        """
        ...

    def load(self, folder: Path) -> None:
        """Read what `save` wrote. Nothing in the files may be run as code."""
        ...
