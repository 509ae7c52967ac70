"""Predict typed rows through the model itself, by way of a DataFrame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlops_assets.features.columns import Columns
from mlops_assets.kinds.base import Model, RowPredictions, predictions_of

if TYPE_CHECKING:
    import pandas as pd

CERTAIN = "probability_"


class FrameRows:
    """The slow and certain way: what the fast one is compared with."""

    def __init__(self, model: Model, columns: Columns) -> None:
        self._model, self._columns = model, columns

    def predict_rows(self, rows: Sequence[Mapping[str, Any]]) -> RowPredictions:
        """Predictions and probabilities of typed rows, in their order."""
        found = predictions_of(self._model, frame_of(rows, self._columns))
        certain = [name for name in found if str(name).startswith(CERTAIN)]
        probabilities = found[certain].to_numpy().tolist() if certain else None
        return RowPredictions(found["prediction"].tolist(), probabilities)

    def thresholds(self) -> dict[str, list[float]]:
        """None are known."""
        return {}

    def classes(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """The label of each probability; empty without any."""
        found = predictions_of(self._model, frame_of(rows, self._columns))
        return [name.removeprefix(CERTAIN) for name in map(str, found) if name.startswith(CERTAIN)]


def frame_of(rows: Sequence[Mapping[str, Any]], columns: Columns) -> pd.DataFrame:
    """The typed rows as a table of features."""
    import pandas as pd

    dtypes = {"numeric": "float64", "boolean": "float64", "date": "datetime64[ns]"}
    return pd.DataFrame(
        {
            name: pd.Series([row[name] for row in rows], dtype=dtypes.get(role, "object"))
            for name, role in columns.roles()
        }
    )
