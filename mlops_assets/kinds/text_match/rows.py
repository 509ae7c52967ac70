"""Predict typed rows with two texts without pandas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mlops_assets.kinds.base import RowPredictions, RowPredictor
from mlops_assets.kinds.sklearn.rows import predictor
from mlops_assets.kinds.text_match.preprocessing import PAIR

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from mlops_assets.kinds.sklearn.rows.encoder import Part, Row

FIRST, SECOND = np.array([0]), np.array([1])


def row_predictor(pipeline: Pipeline) -> RowPredictor | None:
    """A predictor of single rows; None if there is none for the estimator."""
    rows = predictor.row_predictor(pipeline, {PAIR: _pair})
    if rows is None:
        return None
    return GradedRows(rows, getattr(pipeline, "classes_", np.array([])).astype("float64"))


class GradedRows:
    """The expected grade of each row, or its number; as `pair_model.graded` gives it."""

    def __init__(self, rows: RowPredictor, grades: np.ndarray) -> None:
        self._rows, self._grades = rows, grades

    def thresholds(self) -> Mapping[str, Sequence[float]]:
        """Those of the other columns."""
        return self._rows.thresholds()

    def predict_rows(self, rows: Sequence[Row]) -> RowPredictions:
        """A score for each row, without probabilities."""
        found = self._rows.predict_rows(rows)
        if found.probabilities is None:
            return found
        return RowPredictions((np.array(found.probabilities) @ self._grades).tolist(), None)


def _pair(fitted: Pipeline, names: list[str]) -> Part:
    pair, scaler = fitted
    left, right = names

    def append(row: Row, values: list[float]) -> None:
        found = pair.of_texts([row[left], row[right]], FIRST, SECOND)
        values.extend(((found[0] - scaler.mean_) / scaler.scale_).tolist())

    return append
