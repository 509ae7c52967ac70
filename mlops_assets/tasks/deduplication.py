"""Deduplication: find the records of the same entity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mlops_assets.features.columns import Columns, to_labels
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.metrics import deduplication
from mlops_assets.tasks.metrics.intervals import Estimates

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure


class Deduplication(Task):
    """Number the records so that those of one entity have one number, the `prediction`.

    Further columns: `match_weight`, `cluster_size`, `decision` and `rule`. The target, where it is
    known, is the entity of a record.
    """

    name = "deduplication"
    supervised = False
    headlines = ("f1_score",)
    metric_names = tuple(deduplication.FORMULAS)
    error_is_rate = True

    def typed_target(self, values: pd.Series) -> pd.Series:
        """The entity of each record."""
        return to_labels(values)

    def target_columns(self, target: str) -> Columns:
        """A categorical column."""
        return Columns(categorical=[target])

    def estimates(
        self, dataset: Dataset, predictions: pd.DataFrame, beside: Sequence[pd.DataFrame] = ()
    ) -> Estimates:
        """Pairwise and B-cubed metrics; entities are resampled, so their records stay together."""
        return deduplication.estimates(dataset.known_target(), predictions["prediction"])

    def row_errors(self, dataset: Dataset, predictions: pd.DataFrame) -> np.ndarray:
        """1 for a record whose cluster is not exactly its entity, else 0."""
        true, found = dataset.known_target().to_numpy(), predictions["prediction"].to_numpy()
        return deduplication.grouped_otherwise(true, found).astype("float64")

    def prediction_columns(self, predictions: pd.DataFrame) -> Columns:
        """Match weight, cluster size, decision and blocking rule."""
        return Columns(numeric=["match_weight", "cluster_size"], categorical=["decision", "rule"])

    def prediction_summary(self, batches: Iterable[pd.DataFrame]) -> dict[str, float]:
        """Matched pairs, the shares of matched and of reviewed records, and the clusters."""
        import pandas as pd

        return deduplication.summary(pd.concat([*batches]))

    def changed_predictions(self, before: pd.DataFrame, after: pd.DataFrame) -> np.ndarray | None:
        """Which records share their cluster with others; the number of a cluster means nothing."""
        one, other = before["prediction"].to_numpy(), after["prediction"].to_numpy()
        return deduplication.grouped_otherwise(one, other)

    def score_histogram(
        self, batches: Iterable[pd.DataFrame], positive: str | int | None = None
    ) -> Figure:
        """The distribution of the match weights."""
        from mlops_assets.tasks.figures.scores import numbers

        return numbers(batches, "match_weight")


DEDUPLICATION = Deduplication()
