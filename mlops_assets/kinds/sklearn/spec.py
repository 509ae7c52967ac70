"""The YAML of a scikit-learn model; importing it does not import scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mlops_assets.errors import InputError
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import STANDARD_PACKS
from mlops_assets.kinds.sklearn.decision_params import (
    Mitigation,
    Probability,
    ReductionChoice,
    ThresholdChoice,
)
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.kinds.sklearn.params import Search
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets.tasks.training_spec import TrainingSpec


class SklearnSpec(BaseModel):
    """A scikit-learn classifier or regressor in a pipeline with its preprocessing.

    Write a parameter that takes an estimator as `{estimator: sklearn.…, params: {…}}`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    tasks: ClassVar[tuple[Task, ...]] = (CLASSIFICATION, REGRESSION)
    libraries: ClassVar[tuple[str, ...]] = ("scikit-learn", "numpy", "pandas", "scipy")
    claims: ClassVar[Mapping[str, str]] = {}
    packs: ClassVar[tuple[str, ...]] = STANDARD_PACKS

    type: Literal["sklearn"] = Field(description="The kind of model.")
    estimator: str = Field(
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$",
        max_length=200,
        description="Estimator class, such as sklearn.ensemble.RandomForestClassifier.",
    )
    params: dict[str, Any] = Field(
        default_factory=dict, max_length=100, description="Parameters that differ from defaults."
    )
    search: Search | None = Field(None, description="Hyperparameter search. Default: none.")
    threshold: Probability | ThresholdChoice | None = Field(
        None,
        description="Of two classes, the probability from which on the positive one is predicted: "
        "a number, or how to choose it on training rows. Default: the more probable class.",
    )
    mitigation: Mitigation | None = Field(
        None,
        description="Of two classes, how to treat groups of people alike. Default: not at all.",
    )

    @model_validator(mode="after")
    def _a_reduction_decides_alone(self) -> SklearnSpec:
        if self.threshold is not None and isinstance(self.mitigation, ReductionChoice):
            raise InputError(
                seen="`threshold`, and `mitigation: {type: reduction}`",
                expected="one of the two: a reduction treats groups alike at 0.5, and would not at "
                "another threshold",
                todo="remove `threshold`, or use `mitigation: {type: group_thresholds, …}`",
            )
        return self

    def require_columns(self, spec: TrainingSpec) -> None:
        """Raise `InputError` unless the column of the mitigation is one that it can use."""
        from mlops_assets.kinds.sklearn.deciding import require_column

        if self.mitigation is not None:
            require_column(self.mitigation, spec.columns, spec.context_columns)

    def unmitigated(self) -> SklearnSpec | None:
        """The same without `mitigation`; None if there is none."""
        return self.model_copy(update={"mitigation": None}) if self.mitigation else None

    def mitigated_column(self) -> str | None:
        """The column with the groups; None without `mitigation`."""
        return self.mitigation.column if self.mitigation else None

    def fit(
        self, dataset: Dataset, task: Task, *, seed: int, allowed_prefixes: tuple[str, ...]
    ) -> SklearnModel:
        """Fit preprocessing and estimator on all rows. Raises `InputError`.

        Only a mitigation by reduction looks at a context column.
        """
        from mlops_assets.kinds.sklearn import training

        recipe = training.Recipe(
            self.estimator,
            self.params,
            self.search,
            allowed_prefixes,
            self.threshold,
            self.mitigation,
        )
        return training.fit(recipe, dataset, task, seed=seed)

    @classmethod
    def load(cls, model_uri: str) -> SklearnModel:
        """Load the pipeline at `models:/m-…`. Raises `InputError` for an untrusted type.

        An estimator that was logged without a pipeline becomes one of a single step.
        """
        from sklearn.pipeline import Pipeline, make_pipeline

        from mlops_assets.kinds.sklearn import storage

        found = storage.load(model_uri)
        return SklearnModel(found if isinstance(found, Pipeline) else make_pipeline(found))
