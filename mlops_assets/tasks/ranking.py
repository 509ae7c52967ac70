"""Ranking: order the rows of each group, such as the candidates of a job."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.metrics.intervals import Estimates
from mlops_assets.tasks.metrics.ranking import NAMES, Ranked, estimates, ranked
from mlops_assets.tasks.numeric_target import NumericTarget

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

GROUP = "group"


class Ranking(NumericTarget):
    """Order the rows of each group by a score, the `prediction`: the most relevant row first.

    The target is how relevant a row is: 0 or 1, or grades such as 0 to 3. The context column
    `group` says which rows are ranked together. Metrics resample groups, not rows.
    """

    name = "ranking"
    headlines = ("ndcg_at_10",)
    metric_names = NAMES
    context_roles = MappingProxyType({GROUP: "categorical"})
    keeps_together = GROUP

    def require_context(self, dataset: Dataset) -> None:
        """Raise `InputError` for a row without a group: nobody knows which list it is in."""
        groups = dataset.of_role(GROUP)
        if missing := int(groups.isna().sum()):
            raise InputError(
                seen=f"{missing} of {len(groups)} rows have no {groups.name!r}",
                expected="the list that each row is ranked in",
                todo="fill the column at the source, or drop these rows",
            )

    def typed_target(self, values: pd.Series) -> pd.Series:
        """float64. Raises `InputError` for anything but finite numbers of at least 0."""
        relevance = super().typed_target(values)
        if (relevance < 0).any():
            raise InputError(
                seen=f"the target {values.name!r} is below 0 in {int((relevance < 0).sum())} rows",
                expected="how relevant a row is: 0 for not at all, and more for more",
                todo="correct the target at the source, or choose the task regression",
            )
        return relevance

    def estimates(
        self, dataset: Dataset, predictions: pd.DataFrame, beside: Sequence[pd.DataFrame] = ()
    ) -> Estimates:
        """NDCG, mean reciprocal rank and recall of the groups that have a relevant row."""
        return estimates(_ranked(dataset, predictions))

    def row_errors(self, dataset: Dataset, predictions: pd.DataFrame) -> np.ndarray:
        """How far each row is from the places of its grade, as a share of its group's places.

        0 where a row is among them, as in a perfect order; tied rows are at their mean place.
        """
        import numpy as np

        groups, score = dataset.of_role(GROUP), predictions["prediction"]
        within = dataset.known_target().groupby(groups)
        first, last = (within.rank(method=it, ascending=False) for it in ("min", "max"))
        place = score.groupby(groups).rank(ascending=False)
        away = np.maximum(first - place, place - last).clip(lower=0)
        return (away / (within.transform("size") - 1).clip(lower=1)).to_numpy("float64")

    def shown_error(self, dataset: Dataset, predictions: pd.DataFrame) -> pd.Series:
        """`places_off`: the same, with a sign; above 0 a row is ranked too low."""
        import numpy as np
        import pandas as pd

        groups, score = dataset.of_role(GROUP), predictions["prediction"]
        ideal = dataset.known_target().groupby(groups).rank(ascending=False)
        too_low = np.sign(score.groupby(groups).rank(ascending=False) - ideal)
        errors = self.row_errors(dataset, predictions)
        return pd.Series(too_low.to_numpy() * errors, predictions.index, name="places_off")

    def prediction_columns(self, predictions: pd.DataFrame) -> Columns:
        """The score."""
        return Columns(numeric=["prediction"])

    def figures(self, dataset: Dataset, predictions: pd.DataFrame) -> dict[str, Figure]:
        """NDCG and recall by the number of rows looked at, and the scores by grade."""
        from mlops_assets.tasks.figures import ranking

        it = _ranked(dataset, predictions)
        scores = predictions["prediction"].to_numpy("float64")
        relevance = dataset.known_target().to_numpy("float64")
        return {
            "ranking": ranking.by_length(it),
            "score_histogram": ranking.scores_by_relevance(scores, relevance),
        }

    def score_histogram(
        self, batches: Iterable[pd.DataFrame], positive: str | int | None = None
    ) -> Figure:
        """The distribution of the scores."""
        from mlops_assets.tasks.figures.scores import numbers

        return numbers(batches, "prediction")


def _ranked(dataset: Dataset, predictions: pd.DataFrame) -> Ranked:
    return ranked(dataset.of_role(GROUP), dataset.known_target(), predictions["prediction"])


RANKING = Ranking()
