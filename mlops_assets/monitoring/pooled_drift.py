"""Pool the profile of a day that is too small to judge with those of the days before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.monitoring.drift.hours import hour_counts
from mlops_assets.monitoring.drift.rows_needed import rows_to_judge
from mlops_assets.monitoring.drift.table_profile import TableProfile, profile_batches
from mlops_assets.monitoring.earlier_days import EarlierDays
from mlops_assets.monitoring.version_reference import (
    VersionReference,
    day_with_monitoring_features,
)

if TYPE_CHECKING:
    import numpy as np

    from mlops_assets.platform.table_content import Content
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


@dataclass(frozen=True)
class PooledDays:
    """The profiles of the rows and of the predictions of a day and those that joined it."""

    data: TableProfile
    predictions: TableProfile
    days: tuple[date, ...]
    """The days of `data`, newest first."""
    scored: int = 1
    """How many of them the same version scored, whose predictions are in `predictions`."""
    hours: np.ndarray | None = None
    """The rows of all by hour, (24,); None if unknown, or if no column needs them."""

    @property
    def span(self) -> int:
        """From the first to the last day, in days of the calendar."""
        return (self.days[0] - self.days[-1]).days + 1


def hours_needed(content: Content, spec: LifecycleSpec) -> np.ndarray | None:
    """The rows of a day by hour, (24,), if a column is `expected: hour` and times are known."""
    needed = any(it.expected == "hour" for it in spec.drift.values())
    return hour_counts(content, spec.timestamp) if needed else None


def pooled_days(
    today: PooledDays,
    reference: VersionReference,
    spec: LifecycleSpec,
    model_id: str,
    earlier: EarlierDays,
) -> PooledDays:
    """The day with as many earlier ones as it takes to judge it, as far as there are any.

    A day that can be judged by itself joins no other. The rows of all are compared with the
    reference of `model_id`, whatever version scored them; predictions are only of the days that it
    scored itself.
    """
    needed = rows_to_judge(reference.data, spec.retrain.false_alarm_rate)
    pool, before = today, earlier.before(today.days[0])
    while pool.data.rows < needed and (found := next(before, None)):
        if found.live.rows >= needed:
            break
        rows = day_with_monitoring_features(found.live.content, reference, spec, model_id)
        data = pool.data.merged(profile_batches(reference.data, rows))
        outputs, scored = pool.predictions, pool.scored
        if found.predictions.model_id == model_id:
            names = reference.predictions.columns.names
            said = found.predictions.content.batches(names)
            outputs = outputs.merged(profile_batches(reference.predictions, said))
            scored += 1
        hours = None if pool.hours is None else hours_needed(found.live.content, spec)
        hours = None if hours is None else pool.hours + hours
        pool = PooledDays(data, outputs, (*pool.days, found.day), scored, hours)
    return pool
