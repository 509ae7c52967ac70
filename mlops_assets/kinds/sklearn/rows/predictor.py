"""Predict typed rows with the row encoder and a fast runtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlops_assets.kinds.base import RowPredictions
from mlops_assets.kinds.sklearn.decision import decided, plain_estimator

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from mlops_assets.kinds.sklearn.rows.encoder import MakePart, Row, RowEncoder
    from mlops_assets.kinds.sklearn.rows.runtimes import Runtime


class RowPredictor:
    """What a pipeline predicts, row by row."""

    def __init__(self, encoder: RowEncoder, runtime: Runtime, estimator: Any) -> None:
        self._encoder, self._runtime, self._estimator = encoder, runtime, estimator
        classes = getattr(estimator, "classes_", None)
        self._classes = None if classes is None else classes.tolist()

    def thresholds(self) -> dict[str, list[float]]:
        """Numbers at which the model changes its mind, for each numeric column."""
        from mlops_assets.kinds.sklearn.rows.thresholds import thresholds

        return thresholds(plain_estimator(self._estimator), self._encoder.numeric)

    def predict_rows(self, rows: Sequence[Row]) -> RowPredictions:
        """Predictions and probabilities of typed rows, in their order."""
        encoded = self._encoder.encode(rows)
        found = self._runtime(encoded)
        if self._classes is None:
            return RowPredictions(found.tolist(), None)
        labels = [self._classes[place] for place in decided(self._estimator, encoded, found)]
        return RowPredictions(labels, found.tolist())


def row_predictor(
    pipeline: Pipeline, own: Mapping[str, MakePart] | None = None
) -> RowPredictor | None:
    """A predictor of single rows; None for a pipeline that it cannot take apart.

    `own` are the parts of its preprocessing that only another kind has, by name.
    """
    from mlops_assets.kinds.sklearn.fitted_labels import knows_older_labels
    from mlops_assets.kinds.sklearn.rows.encoder import RowEncoder
    from mlops_assets.kinds.sklearn.rows.runtimes import runtime_of

    if len(pipeline) != 2 or knows_older_labels(pipeline):
        return None
    runtime = runtime_of(plain_estimator(pipeline[-1]))
    if runtime is None:
        return None
    try:
        encoder = RowEncoder(pipeline[0], own)
    except (TypeError, AttributeError):
        return None  # preprocessing that is not ours
    return RowPredictor(encoder, runtime, pipeline[-1])
