"""The YAML of a scikit-learn model, and the way from it to the code that needs scikit-learn."""

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
    """A scikit-learn classifier or regressor behind preprocessing fitted with it.

    A parameter that takes an estimator is written `{estimator: sklearn.…, params: {…}}`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    libraries: ClassVar[tuple[str, ...]] = ("scikit-learn", "numpy", "pandas", "scipy")
    claims: ClassVar[Mapping[str, str]] = {}

    type: Literal["sklearn"] = Field(description="The kind of model.")
    estimator: str = Field(
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$",
        max_length=200,
        description="Its class, such as sklearn.ensemble.RandomForestClassifier.",
    )
    params: dict[str, Any] = Field(
        default_factory=dict, max_length=100, description="Its parameters; the rest is default."
    )
    search: Search | None = Field(None, description="Settings to try; nothing is tried without.")

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
        """Fit preprocessing and estimator on all rows given. Raises `InputError`."""
        from mlops_assets.kinds.sklearn import training

        return training.fit(
            self.estimator,
            self.params,
            self.search,
            features,
            _known(target),
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
        """The pipeline saved at `models:/m-…`. Raises `InputError` for a type not trusted."""
        from mlops_assets.kinds.sklearn import storage

        return storage.load(model_uri)

    def predict(self, model: Pipeline, features: pd.DataFrame) -> pd.DataFrame:
        """`prediction` and what the estimator can say about its certainty."""
        from mlops_assets.kinds.sklearn import predictions

        return predictions.predict(model, features)

    def prediction_summary(self, predictions: pd.DataFrame) -> dict[str, float]:
        """None: a prediction says all there is."""
        return {}

    def monitoring_features(self, model: Pipeline, features: pd.DataFrame) -> pd.DataFrame:
        """No column: the features say all there is."""
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
        """Metrics with bootstrap intervals, and the pictures of the task."""
        from mlops_assets.kinds.sklearn import evaluation as judging

        return judging.evaluate(
            model, features, _known(ground_truth), task, positive=positive, seed=seed
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

        return importance.explain(model, features, _known(target), task, seed=seed)


def _known(target: pd.Series | None) -> pd.Series:
    if target is None:
        raise ValueError("a scikit-learn model is neither fitted nor judged without a target")
    return target
