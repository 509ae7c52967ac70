"""A linkage model as a model: records in, clusters out."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import ExplainedPair, PackResult, Summary
from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.kinds.fellegi_sunter.linking import Linked


@dataclass
class FellegiSunterModel:
    """What the `linkage` decides about some records."""

    linkage: LinkageModel
    trained: Summary = field(default_factory=Summary)
    _kept: dict[int, Linked] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What tables that still exist were linked to, by the id of the table."""

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_kept": {}}  # ids mean nothing in a copy

    def summary(self) -> Summary:
        """Settings, pairs and sanity checks of the training; empty for a model that was loaded."""
        return self.trained

    def linked(self, features: pd.DataFrame) -> Linked:
        """The compared pairs and the clusters of the records.

        Kept for as long as somebody keeps the same `features`, and no longer: an evaluation asks
        for the predictions first and then for the pairs behind them, and linking may take minutes.
        """
        from mlops_assets.kinds.fellegi_sunter.linking import link

        found = self._kept.get(id(features))
        if found is None:
            found = self._kept[id(features)] = link(self.linkage, features)
            weakref.finalize(features, self._kept.pop, id(features), None)
        return found

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """`prediction` (same number, same person), `match_weight`, `decision` and more."""
        from mlops_assets.kinds.fellegi_sunter.linking import decisions

        return decisions(self.linked(features), self.linkage)

    def save(self, sample: pd.DataFrame, *, run_id: str, model_name: str) -> str:
        """Log the model as text and Parquet, without pickle, and return its model id."""
        from mlops_assets.kinds.fellegi_sunter import storage

        return storage.save(
            self.linkage, sample, self.predict(sample), run_id=run_id, model_name=model_name
        )

    def monitoring_features(self, features: pd.DataFrame) -> pd.DataFrame:
        """Which values are defaults, which are distinct, and the pairs of each blocking rule."""
        from mlops_assets.kinds.fellegi_sunter.monitoring_features import monitoring_features

        return monitoring_features(self.linkage, features)

    def importance(self, dataset: Dataset, *, seed: int) -> pd.DataFrame:
        """The contribution of each comparison in bits, most important first."""
        from mlops_assets.kinds.fellegi_sunter import explaining

        return explaining.importance(self.linkage, dataset.features)

    def explain_rows(self, features: pd.DataFrame) -> pd.DataFrame:
        """The evidence, in bits, that links each record to its best match among the rows.

        NaN for a record that was compared with no other.
        """
        from mlops_assets.kinds.fellegi_sunter import explaining

        return explaining.best_pairs(self.linkage, self.linked(features), features)

    def explain_pair(self, features: pd.DataFrame) -> ExplainedPair:
        """Explain whether the two rows are the same person."""
        from mlops_assets.kinds.fellegi_sunter import pair

        return pair.explain_pair(self.linkage, features)

    def evaluate_linkage(
        self, dataset: Dataset, predictions: pd.DataFrame, *, seed: int
    ) -> PackResult:
        """Pairwise metrics with the blocking's own, figures of the match weights, and a report."""
        from mlops_assets.kinds.fellegi_sunter import evaluation

        linked = self.linked(dataset.features)
        return evaluation.evaluate(self.linkage, linked, dataset, predictions, seed=seed)
