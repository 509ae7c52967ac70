"""The tables of a retrain: the rows as read, and the features built from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field

from mlops_assets.data.rows_read import RowsRead
from mlops_assets.data.training_window import time_range
from mlops_assets.platform.table_record import TableRecord


class RawData(TableRecord):
    """The training rows exactly as read from the source."""

    seen_through: date | None = Field(
        default=None, description="The newest day that the rows cover."
    )


@dataclass(frozen=True)
class RawDataResult(RowsRead):
    """Raw rows, and their column of times if they have one, with the time zone of their days."""

    timestamp: str | None
    zone: str

    def panel(self) -> dict[str, Any]:
        """Size, version, time range and first rows."""
        rows, columns = self.record.table.shape
        return {
            "rows": rows,
            "columns": columns,
            "dataset_version": self.record.dataset_version,
            "time_range": time_range(self.record.table, self.timestamp, self.zone),
            "preview": self.preview(),
        }


class FeatureTable(TableRecord):
    """Typed features, target and holdout flag (`build_feature_table`), one row per raw row."""

    seen_through: date | None = Field(default=None, description="That of the raw rows.")
