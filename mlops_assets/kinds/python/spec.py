"""The YAML of a model whose class or function is in a package of yours."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import STANDARD_PACKS, Summary
from mlops_assets.kinds.python.made import make
from mlops_assets.kinds.python.model import PythonModel, loaded
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.policy import POLICY_LEARNING
from mlops_assets.tasks.regression import REGRESSION


class PythonSpec(BaseModel):
    """A model made by a registered class or function, such as a fine-tuned language model.

    It is registered under the entry point group `mlops_assets.models` of its package, and gives an
    object that implements `mlops_assets.kinds.python.Trainable`. What the package's files are is
    part of the model's code version.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    tasks: ClassVar[tuple[Task, ...]] = (CLASSIFICATION, REGRESSION, POLICY_LEARNING)
    libraries: ClassVar[tuple[str, ...]] = ("numpy", "pandas")
    claims: ClassVar[Mapping[str, str]] = {}
    packs: ClassVar[tuple[str, ...]] = STANDARD_PACKS

    type: Literal["python"] = Field(description="The kind of model.")
    object: str = Field(
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$",
        max_length=200,
        description="The class or function, as `package.module.Name`; it must be registered.",
    )
    params: dict[str, Any] = Field(
        default_factory=dict,
        max_length=100,
        description="Its keyword arguments, such as {epochs: 3, learning_rate: 0.0001}. They are "
        "logged as parameters.",
    )

    @property
    def packages(self) -> tuple[str, ...]:
        """The package whose files determine the fit."""
        return (self.object.partition(".")[0],)

    def fit(
        self, dataset: Dataset, task: Task, *, seed: int, allowed_prefixes: tuple[str, ...]
    ) -> PythonModel:
        """Let the object learn; what it logs are series over epochs. Raises `InputError`."""
        trainable, series = make(self.object, self.params), dict[str, list[float]]()

        def log(metrics: Mapping[str, float]) -> None:
            for name, value in metrics.items():
                series.setdefault(name, []).append(float(value))

        started = time.perf_counter()
        trainable.fit(dataset, task, seed=seed, log=log)
        metrics = {"train_fit_seconds": time.perf_counter() - started}
        params = {"object": self.object, **self.params, "seed": seed, "rows": len(dataset)}
        summary = Summary(params, metrics, series=series)
        return PythonModel(self.object, self.params, task, trainable, summary)

    @classmethod
    def load(cls, model_uri: str) -> PythonModel:
        """Load the model at `models:/m-…`. Raises `InputError`."""
        return loaded(model_uri)
