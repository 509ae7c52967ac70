"""Evidently's DataDriftPreset with its defaults, on a reference and a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.features.columns import Columns

if TYPE_CHECKING:
    import pandas as pd
    from evidently import Dataset

NAME = "DataDriftPreset"


@dataclass(frozen=True)
class Preset:
    """The preset's result for a day: drifted columns, and whether the dataset drifted."""

    columns: int
    drifted: bool


def preset(reference: Dataset, day: Dataset) -> Preset:
    """Run the preset. The dataset drifts if half of its columns do, the default `drift_share`."""
    from evidently import Report
    from evidently.presets import DataDriftPreset

    found = Report([DataDriftPreset()]).run(current_data=day, reference_data=reference).dict()
    value, limit = _count(found)
    return Preset(columns=int(value["count"]), drifted=value["share"] >= limit)


def dataset(table: pd.DataFrame, columns: Columns) -> Dataset:
    """A dataset with explicit column roles, so that Evidently need not infer them."""
    from evidently import DataDefinition, Dataset

    labels = [*columns.categorical, *columns.boolean]
    roles = DataDefinition(numerical_columns=columns.numeric, categorical_columns=labels)
    return Dataset.from_pandas(table[columns.names], roles)


def _count(found: dict) -> tuple[dict, float]:
    metric = next(m for m in found["metrics"] if m["metric_name"].startswith("DriftedColumnsCount"))
    return metric["value"], metric["config"]["drift_share"]
