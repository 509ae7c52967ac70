"""Estimate the performance of a day from its predictions alone, before labels arrive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlops_assets.monitoring.performance.judge import judge_performance
from mlops_assets.monitoring.performance.record import Estimate, Performance
from mlops_assets.spec.gates import MINIMUM_ROWS

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec
    from mlops_assets.tasks.metrics.calibrated import Calibration

LIMITS = (
    "It errs by about a day's own noise under mild covariate shift, by more if that is strong, and "
    "is blind to a change of concept and to columns that the model does not see."
)


def estimate_day(
    predictions: pd.DataFrame,
    calibration: Calibration,
    holdout: Mapping[str, float],
    spec: LifecycleSpec,
) -> Estimate:
    """What is expected of all predictions of a day, judged by the bound that labels are judged by.

    `holdout` has the version's holdout metrics by name. Unknown, with the reason, without a
    calibration or with fewer than 30 rows.
    """
    if why := calibration.why_none or _too_few(len(predictions)):
        return Estimate(performance=Performance(status="unknown", summary=why))
    metrics = spec.task.estimated_metrics(predictions, calibration, spec.positive, seed=spec.seed)
    monitored = spec.performance.metric or spec.gates.compared_metric(holdout, spec.task)
    judged = judge_performance(metrics, holdout, monitored, spec.performance.drop, spec.task)
    return Estimate(performance=judged, metrics=metrics)


def estimate_text(estimate: Estimate) -> str:
    """One line for the panel: the verdict and what it cannot see, or why there is none."""
    judged = estimate.performance
    if not estimate.metrics:
        return f"none: {judged.summary}"
    return f"{judged.status}, expected from the calibrated probabilities alone. {LIMITS}"


def _too_few(rows: int) -> str:
    return f"{rows} rows, {MINIMUM_ROWS} are needed" if rows < MINIMUM_ROWS else ""
