"""What a version's holdout lets expect of the monitored metric on a day.

A day is compared with the held-out days of the version, not with all held-out rows together: days
differ from each other by more than their rows do, and the AUC of a year is not that of a day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan, nan, sqrt
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

FEWEST_DAYS = 10
"""Fewer held-out days tell next to nothing about how much days differ."""
WIDTH = 2 * 1.96
"""Of a 95 % interval, in standard errors."""


class Excess(BaseModel):
    """How much worse a day was than expected, in standard deviations of a day; negative: better."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float
    error: float = Field(
        ge=0, description="Standard error of what was expected, the same on each day, in that unit."
    )


class ExpectedDay(BaseModel):
    """The monitored metric on a day as the holdout lets expect it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str
    lower_is_better: bool
    mean: float = Field(description="Over the held-out days; without days, of all held-out rows.")
    error: float = Field(ge=0, description="Its standard error.")
    between_days: float = Field(
        ge=0, description="Standard deviation of held-out days; 0 if rows have no time."
    )
    of_one_row: float = Field(
        ge=0, description="Of n rows, the metric has this standard deviation over √n."
    )

    def excess(self, value: float, rows: int) -> Excess | None:
        """How much worse `value` is, measured on `rows` rows; None if that cannot be told.

        A day's standard deviation is the larger of what held-out days differ by, and what so many
        rows do.
        """
        deviation = max(self.between_days, self.of_one_row / sqrt(rows)) if rows else 0
        if isnan(value) or not deviation:
            return None
        worse = value - self.mean if self.lower_is_better else self.mean - value
        return Excess(value=worse / deviation, error=self.error / deviation)


def expected_day(
    spec: LifecycleSpec,
    dataset: Dataset,
    predictions: pd.DataFrame,
    metrics: Mapping[str, Metric],
    days: pd.Series | None,
) -> ExpectedDay | None:
    """What the holdout lets expect; None if it is none, or does not have the monitored metric.

    `metrics` are those of the holdout and `days` the day of each of its rows, if they have a time.
    """
    if not spec.is_supervised or dataset.target is None:
        return None
    name = spec.performance.metric or spec.gates.compared_metric(metrics, spec.task)
    found = metrics.get(name) if name else None
    if name is None or found is None or isnan(found.value) or isnan(found.high - found.low):
        return None
    known = dataset.labelled()
    error = (found.high - found.low) / WIDTH
    values = [] if days is None else _by_day(spec.task, name, known, predictions, days)
    mean, between = found.value, 0.0
    if len(values) >= FEWEST_DAYS:
        mean, between = _moments(values)
        error = between / sqrt(len(values))
    return ExpectedDay(
        metric=name,
        lower_is_better=name in spec.task.lower_is_better,
        mean=mean,
        error=error,
        between_days=between,
        of_one_row=(found.high - found.low) / WIDTH * sqrt(len(known)),
    )


def excess_on(
    expected: ExpectedDay, task: Task, dataset: Dataset, predictions: pd.DataFrame
) -> Excess | None:
    """How much worse these rows of a day were than expected; None if that cannot be told."""
    return expected.excess(value_on(task, expected.metric, dataset, predictions), len(dataset))


def value_on(task: Task, metric: str, dataset: Dataset, predictions: pd.DataFrame) -> float:
    """The metric on these rows, without its interval; NaN where they do not define it."""
    import numpy as np

    if not len(dataset):
        return nan
    found = task.estimates(dataset, predictions)
    formula, _ = found.formulas.get(metric, (None, 0))
    return nan if formula is None else float(formula(np.ones((1, found.units)))[0])


def _by_day(
    task: Task, metric: str, known: Dataset, predictions: pd.DataFrame, days: pd.Series
) -> list[float]:
    """The metric of each held-out day that defines it."""
    index = known.features.index
    places = days.loc[index].reset_index(drop=True).groupby(days.loc[index].to_numpy()).indices
    outputs = predictions.loc[index]
    values = [value_on(task, metric, known.take(at), outputs.iloc[at]) for at in places.values()]
    return [it for it in values if not isnan(it)]


def _moments(values: Sequence[float]) -> tuple[float, float]:
    """The mean, and the standard deviation of one of them."""
    import numpy as np

    return float(np.mean(values)), float(np.std(values, ddof=1))
