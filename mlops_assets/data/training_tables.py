"""The tables of a retrain: the rows as read, and the features built from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field

from mlops_assets.claims import Claim
from mlops_assets.data.column_types import ColumnTypes, TypesDifferError
from mlops_assets.data.rows_read import RowsRead
from mlops_assets.data.training_window import time_range
from mlops_assets.platform.table_content import column_frame
from mlops_assets.platform.table_record import TableRecord
from mlops_assets.platform.table_writer import TableWriter
from mlops_assets.tasks.feature_table import HOLDOUT

if TYPE_CHECKING:
    import pandas as pd


class RawData(TableRecord):
    """The training rows exactly as read from the source."""

    seen_through: date | None = Field(
        default=None, description="The newest day that the rows cover."
    )
    claims: tuple[Claim, ...] = Field(default=(), description="The data checks of the rows.")
    judged_by: str = Field(
        default="",
        description="Digest of what the checks depended on; rows of an earlier release have none.",
    )


@dataclass(frozen=True)
class RawDataResult(RowsRead):
    """Raw rows, and their column of times if they have one, with the time zone of their days."""

    timestamp: str | None
    zone: str

    def panel(self) -> dict[str, Any]:
        """Size, version, time range and first rows."""
        content = self.record.content
        times = column_frame(content, [it for it in [self.timestamp] if it])
        return {
            "rows": content.rows,
            "columns": len(content.columns),
            "dataset_version": self.record.dataset_version,
            "time_range": time_range(times, self.timestamp, self.zone),
            "preview": self.preview(),
        }


class FeatureTable(TableRecord):
    """Typed features, target and holdout flag (`build_feature_table`), one row per raw row."""

    seen_through: date | None = Field(default=None, description="That of the raw rows.")
    claims: tuple[Claim, ...] = Field(default=(), description="The checks of the split.")
    judged_by: str = Field(default="", description="As in `RawData`.")


def training_side(features: FeatureTable) -> pd.DataFrame:
    """The training rows of a feature table (see `sides`), without the others in memory."""
    import pandas as pd

    chosen = [
        batch[~batch[HOLDOUT].astype(bool)].drop(columns=HOLDOUT)
        for batch in features.content.batches()
    ]
    return chosen[0] if len(chosen) == 1 else pd.concat(chosen)


def in_batches(record: FeatureTable, rows: int) -> FeatureTable:
    """The record with its table in a temporary file, `rows` in a row group; as it is if it is one.

    Who holds it then does not hold the table in memory.
    """
    if record.rows <= rows:
        return record
    table, types = record.table, ColumnTypes()
    types.add(table)
    try:
        writer = TableWriter(types.in_file())
    except TypesDifferError:  # of an identity that is not typed
        return record
    for start in range(0, len(table), rows):
        writer.write(table.iloc[start : start + rows])
    return writer.finish(FeatureTable, **record.model_dump())
