"""An object of another package as a model."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import LearningCurve, Summary
from mlops_assets.kinds.model_files import downloaded, log_files
from mlops_assets.kinds.python.contract import Trainable
from mlops_assets.kinds.python.files import require_no_pickle
from mlops_assets.kinds.python.made import make
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.registry import task_named

if TYPE_CHECKING:
    import pandas as pd

KIND, FILE = "python", "mlops_assets.json"
TRAINING, VALIDATION = "train_loss", "val_loss"


@dataclass(frozen=True)
class PythonModel:
    """The object that `dotted` makes of `params`, for a task."""

    dotted: str
    params: Mapping[str, Any]
    task: Task
    trainable: Trainable
    trained: Summary = field(default_factory=Summary)

    def summary(self) -> Summary:
        """Parameters and the metrics of each epoch; empty for a model that was loaded."""
        return self.trained

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """What the object predicts of the rows, which it may change."""
        return self.trainable.predict(features.copy())

    def save(self, sample: pd.DataFrame, *, run_id: str, model_name: str) -> str:
        """Log what the object saves. Raises `InputError` for a pickle."""
        described = {"object": self.dotted, "params": dict(self.params), "task": self.task.name}

        def write(folder: Path) -> None:
            self.trainable.save(folder)
            require_no_pickle(folder)
            _require_free(folder / FILE)
            (folder / FILE).write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")

        return log_files(write, kind=KIND, sample=sample, run_id=run_id, model_name=model_name)

    def monitoring_features(self, features: pd.DataFrame) -> pd.DataFrame:
        """No monitoring features beyond the features themselves."""
        return features[[]]

    def importance(self, dataset: Dataset, *, seed: int) -> pd.DataFrame:
        """Rise of the mean error of a row when a column is shuffled."""
        from mlops_assets.kinds import permuted

        def errors(few: Dataset) -> Callable[[pd.DataFrame], float]:
            return lambda rows: float(self.task.row_errors(few, self.predict(rows)).mean())

        table = permuted.importance(dataset, errors, seed=seed)
        return table.assign(unit="rise of the error when the column is shuffled")

    def explain_rows(self, features: pd.DataFrame) -> pd.DataFrame:
        """Nothing: the contract has no explanations of rows."""
        import pandas as pd

        return pd.DataFrame(float("nan"), features.index, features.columns)

    def learning_curve(self, train: Dataset, *, seed: int) -> LearningCurve:
        """`train_loss` and `val_loss` over epochs, if the object logged them."""
        series = self.trained.series
        named = {"training": series.get(TRAINING), "validation": series.get(VALIDATION)}
        curves = {name: list(values) for name, values in named.items() if values}
        if not curves:
            return LearningCurve(why_none=f"the model logs no {TRAINING} or {VALIDATION}")
        steps = range(max(map(len, curves.values())))
        return LearningCurve([*steps], "epoch", "loss", curves)


def _require_free(place: Path) -> None:
    if place.exists():
        raise InputError(
            seen=f"the model saved a file {place.name}",
            expected="another name: that file says how the model is made",
            todo="rename it in `save` and `load`",
        )


def loaded(model_uri: str) -> PythonModel:
    """Load the model at `models:/m-…`. Raises `InputError` if it is not registered, or changed."""
    with downloaded(model_uri, KIND) as folder:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        require_no_pickle(folder)
        trainable = make(found["object"], found["params"])
        trainable.load(folder)
    return PythonModel(found["object"], found["params"], task_named(found["task"]), trainable)
