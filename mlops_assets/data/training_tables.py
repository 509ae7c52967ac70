"""The tables of a retrain: the rows as read, and the features built from them."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from mlops_assets.platform.table_record import TableRecord


class RawData(TableRecord):
    """The training rows exactly as read from the source."""

    seen_through: date | None = Field(
        default=None, description="The newest day that the rows cover."
    )


class FeatureTable(TableRecord):
    """Typed features, target and holdout flag (`build_feature_table`), one row per raw row."""

    seen_through: date | None = Field(default=None, description="That of the raw rows.")
