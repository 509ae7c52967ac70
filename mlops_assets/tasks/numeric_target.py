"""The part of a task whose target is a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.columns import Columns, to_numeric
from mlops_assets.tasks.base import Task

if TYPE_CHECKING:
    import pandas as pd


class NumericTarget(Task):
    """A task that learns a number, such as a price or a reward."""

    def typed_target(self, values: pd.Series) -> pd.Series:
        """float64. Raises `InputError` for anything but finite numbers."""
        return to_numeric(values)

    def target_columns(self, target: str) -> Columns:
        """A numeric column."""
        return Columns(numeric=[target])
