"""The YAML of a Fellegi–Sunter model; importing it does not import Splink."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.features.columns import Columns, Task
from mlops_assets.kinds.base import Evaluated, ExplainedPair, Fitted
from mlops_assets.kinds.fellegi_sunter.params import Params

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.kinds.fellegi_sunter.model import LinkageModel


CLAIMS = {
    "prior_is_possible": "Some pairs of records are duplicates, but few.",
    "agreement_speaks_for_a_match": "Agreement makes a match more likely in every comparison.",
    "duplicates_agree_on_who_they_are": "Duplicates mostly agree on name and date of birth; "
    "otherwise the model has learned households.",
    "no_single_blocking_field": "No rule in `blocking_fields` is a single field, except for a "
    "personal id with at most 5 pairs per record: a single field creates many pairs and misses "
    "records with a typing error in it.",
}


class FellegiSunterSpec(BaseModel):
    """Linkage of records of the same person by Fellegi and Sunter's model (Splink on DuckDB)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tasks: ClassVar[tuple[Task, ...]] = ("deduplication",)
    libraries: ClassVar[tuple[str, ...]] = ("splink", "duckdb", "numpy", "pandas")
    claims: ClassVar[Mapping[str, str]] = CLAIMS

    type: Literal["fellegi_sunter"] = Field(description="The kind of model.")
    params: Params = Field(
        default_factory=lambda: Params.model_validate({}),
        description="Settings of the linkage; all have defaults.",
    )

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
        """Estimate the match weights, unsupervised. Raises `InputError`."""
        from mlops_assets.kinds.fellegi_sunter import training

        return training.fit(self.params, features, columns, seed=seed)

    def save(
        self,
        fitted_model: LinkageModel,
        features_sample: pd.DataFrame,
        predictions_sample: pd.DataFrame,
        *,
        run_id: str,
        model_name: str,
    ) -> str:
        """Log the model as text and Parquet, without pickle, and return its model id."""
        from mlops_assets.kinds.fellegi_sunter import storage

        return storage.save(
            fitted_model, features_sample, predictions_sample, run_id=run_id, model_name=model_name
        )

    def load(self, model_uri: str) -> LinkageModel:
        """Load the model at `models:/m-…`. Raises `InputError` if it is of another kind."""
        from mlops_assets.kinds.fellegi_sunter import storage

        return storage.load(model_uri)

    def predict(self, model: LinkageModel, features: pd.DataFrame) -> pd.DataFrame:
        """Return `prediction` (same number, same person), `match_weight`, `decision` and more."""
        from mlops_assets.kinds.fellegi_sunter import linking

        return linking.predict(model, features)

    def prediction_summary(self, predictions: pd.DataFrame) -> dict[str, float]:
        """Return `match_rate`, `review_share`, `clusters`, `largest_cluster`, `match_pairs`."""
        from mlops_assets.kinds.fellegi_sunter.summary import prediction_summary

        return prediction_summary(predictions)

    def monitoring_features(self, model: LinkageModel, features: pd.DataFrame) -> pd.DataFrame:
        """Which values are defaults, which are distinct, and the pairs of each blocking rule."""
        from mlops_assets.kinds.fellegi_sunter.monitoring_features import monitoring_features

        return monitoring_features(model, features)

    def evaluate(
        self,
        model: LinkageModel,
        features: pd.DataFrame,
        ground_truth: pd.Series | None,
        task: Task,
        *,
        positive: object,
        seed: int,
    ) -> Evaluated:
        """Metrics, figures and documents; without ground truth, only those that need none."""
        from mlops_assets.kinds.fellegi_sunter import evaluation

        return evaluation.evaluate(model, features, ground_truth, seed=seed)

    def explain(
        self,
        model: LinkageModel,
        features: pd.DataFrame,
        target: pd.Series | None,
        task: Task,
        *,
        seed: int,
    ) -> pd.DataFrame:
        """The contribution of each comparison in bits, most important first."""
        from mlops_assets.kinds.fellegi_sunter import explaining

        return explaining.importance(model, features)

    def explain_pair(self, model: LinkageModel, features: pd.DataFrame) -> ExplainedPair:
        """Explain whether the two rows are the same person."""
        from mlops_assets.kinds.fellegi_sunter import pair

        return pair.explain_pair(model, features)
