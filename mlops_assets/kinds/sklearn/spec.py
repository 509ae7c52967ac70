"""The YAML of a scikit-learn model; importing it does not import scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.features.columns import Columns, Task
from mlops_assets.kinds.base import Evaluated, Fitted
from mlops_assets.kinds.sklearn.params import Search

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline


class SklearnSpec(BaseModel):
    """A scikit-learn classifier or regressor in a pipeline with its preprocessing.

    Write a parameter that takes an estimator as `{estimator: sklearn.…, params: {…}}`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    libraries: ClassVar[tuple[str, ...]] = ("scikit-learn", "numpy", "pandas", "scipy")
    claims: ClassVar[Mapping[str, str]] = {}

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

    def fit(
        self,
        features: pd.DataFrame,
        target: pd.Series | None,
        columns: Columns,
        task: Task,
        *,
        seed: int,
        allowed_prefixes: tuple[str, ...],
    ) -> Fitted:
        """Fit preprocessing and estimator on all rows. Raises `InputError`."""
        from mlops_assets.kinds.sklearn import training

        return training.fit(
            self.estimator,
            self.params,
            self.search,
            features,
            _required(target),
            columns,
            task,
            seed=seed,
            allowed_prefixes=allowed_prefixes,
        )

    def save(
        self,
        fitted_model: Pipeline,
        features_sample: pd.DataFrame,
        predictions_sample: pd.DataFrame,
        *,
        run_id: str,
        model_name: str,
    ) -> str:
        """Log the pipeline as skops and return its model id. Raises `InputError`."""
        from mlops_assets.kinds.sklearn import storage

        return storage.save(
            fitted_model, features_sample, predictions_sample, run_id=run_id, model_name=model_name
        )

    def load(self, model_uri: str) -> Pipeline:
        """Load the pipeline at `models:/m-…`. Raises `InputError` for an untrusted type."""
        from mlops_assets.kinds.sklearn import storage

        return storage.load(model_uri)

    def predict(self, model: Pipeline, features: pd.DataFrame) -> pd.DataFrame:
        """Return `prediction`, with probabilities or scores if the estimator gives them."""
        from mlops_assets.kinds.sklearn import predictions

        return predictions.predict(model, features)

    def prediction_summary(self, predictions: pd.DataFrame) -> dict[str, float]:
        """No summary statistics beyond the predictions themselves."""
        return {}

    def monitoring_features(self, model: Pipeline, features: pd.DataFrame) -> pd.DataFrame:
        """No monitoring features beyond the features themselves."""
        return features[[]]

    def evaluate(
        self,
        model: Pipeline,
        features: pd.DataFrame,
        ground_truth: pd.Series | None,
        task: Task,
        *,
        positive: object,
        seed: int,
    ) -> Evaluated:
        """Compute the metrics of the task, with bootstrap intervals."""
        from mlops_assets.kinds.sklearn import evaluation

        return evaluation.evaluate(
            model, features, _required(ground_truth), task, positive=positive, seed=seed
        )

    def explain(
        self,
        model: Pipeline,
        features: pd.DataFrame,
        target: pd.Series | None,
        task: Task,
        *,
        seed: int,
    ) -> pd.DataFrame:
        """Permutation importance of each feature column, most important first."""
        from mlops_assets.kinds.sklearn import importance

        return importance.explain(model, features, _required(target), task, seed=seed)


def _required(target: pd.Series | None) -> pd.Series:
    if target is None:
        raise ValueError("a scikit-learn model cannot be fitted or evaluated without a target")
    return target
