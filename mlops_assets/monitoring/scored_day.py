"""One day of predictions."""

from __future__ import annotations

from pydantic import Field

from mlops_assets.platform.table_record import TableRecord


class Predictions(TableRecord):
    """A day's predictions with the index of its live rows: identity, prediction, probabilities."""

    version: str = Field(description="The version that scored the rows.")
    model_id: str
    seconds_per_1000_rows: float = Field(description="Duration of scoring.")
