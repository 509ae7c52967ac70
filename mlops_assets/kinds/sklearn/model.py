"""A fitted scikit-learn pipeline as a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import (
    LearningCurve,
    MixedPredictor,
    PackageValues,
    RowPredictor,
    Summary,
)

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline


@dataclass(frozen=True)
class SklearnModel:
    """Preprocessing and estimator in one `pipeline`."""

    pipeline: Pipeline
    trained: Summary = field(default_factory=Summary)

    def summary(self) -> Summary:
        """Parameters, training scores and trials; empty for a pipeline that was loaded."""
        return self.trained

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """`prediction`, with probabilities or scores if the estimator gives them."""
        from mlops_assets.kinds.sklearn import predictions

        return predictions.predict(self.pipeline, features)

    def save(self, sample: pd.DataFrame, *, run_id: str, model_name: str) -> str:
        """Log the pipeline as skops and return its model id. Raises `InputError`."""
        from mlops_assets.kinds.sklearn import storage

        return storage.save(
            self.pipeline, sample, self.predict(sample), run_id=run_id, model_name=model_name
        )

    def monitoring_features(self, features: pd.DataFrame) -> pd.DataFrame:
        """No monitoring features beyond the features themselves."""
        return features[[]]

    def importance(self, dataset: Dataset, *, seed: int) -> pd.DataFrame:
        """Permutation importance of each feature column, most important first."""
        from mlops_assets.kinds.sklearn import importance

        return importance.permuted(self.pipeline, dataset, seed=seed)

    def learning_curve(self, train: Dataset, *, seed: int) -> LearningCurve:
        """Scores per iteration if the estimator kept them, else by the number of training rows."""
        from mlops_assets.kinds.sklearn import learning

        seconds = self.trained.metrics.get("train_fit_seconds", 0.0)
        return learning.learning_curve(self.pipeline, train, fit_seconds=seconds, seed=seed)

    def explain_rows(self, features: pd.DataFrame) -> pd.DataFrame:
        """How much the score of a row changes where a column is not known.

        The score is the probability of the prediction, or the predicted number. Many columns that
        say the same hide each other: none of them is missed alone.
        """
        from mlops_assets.kinds.sklearn import explained_rows

        return explained_rows.explain_rows(self.pipeline, features)

    def decision_thresholds(self) -> dict[str, float]:
        """The thresholds by group, "" for all other rows; empty for the most probable label."""
        from mlops_assets.kinds.sklearn.decision import thresholds_of

        return thresholds_of(self.pipeline[-1])

    def row_predictor(self) -> RowPredictor | None:
        """A fast path for single rows of forests, boosted trees and linear models."""
        from mlops_assets.kinds.sklearn.rows.predictor import row_predictor

        return row_predictor(self.pipeline)

    def mixed_predictor(self, features: pd.DataFrame) -> MixedPredictor | None:
        """Mixes what the preprocessing made of the rows; None for preprocessing not ours."""
        from mlops_assets.kinds.sklearn.mixed_rows import mixed_predictor

        return mixed_predictor(self.pipeline, features)

    def package_values(
        self,
        features: pd.DataFrame,
        background: pd.DataFrame,
        *,
        method: str,
        seconds: float,
        least: int,
    ) -> PackageValues:
        """SHAP values by the package `shap`, which runs in a process of its own."""
        from mlops_assets.kinds.sklearn.shap_package.values import package_values

        how = {"method": method, "seconds": seconds, "least": least}
        return package_values(self.pipeline, features, background, **how)
