"""Score a day of the past and judge it as the monitoring would."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.data.day_parts import DayParts
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import predictions_of
from mlops_assets.monitoring.day_facts import DayFacts
from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.drift.drift_verdict import drift_verdict
from mlops_assets.monitoring.live_day import LiveFacts, record_day
from mlops_assets.monitoring.performance.estimate import estimate_day
from mlops_assets.monitoring.performance.judge import judge_labels, judged_rows
from mlops_assets.monitoring.performance.record import Performance, PerformanceFacts
from mlops_assets.platform.table_content import InMemory
from mlops_assets.retraining.backtest.fitting import Candidate
from mlops_assets.retraining.backtest.history import LabelledDay

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class ScoredDay(NamedTuple):
    """The predictions of a day, and the rows whose label is of a class that the model knows."""

    day: LabelledDay
    predictions: pd.DataFrame
    judged: Dataset


def score(day: LabelledDay, champion: Candidate, spec: LifecycleSpec) -> ScoredDay:
    """Score all rows of a day. Raises `InputError` if they do not fit the model."""
    predictions = predictions_of(champion.model, spec.typed(day.rows))
    return ScoredDay(
        day, predictions, judged_rows(InMemory(day.rows), day.labels, predictions, spec)
    )


def quality(scored: ScoredDay, metric: str, spec: LifecycleSpec) -> float | None:
    """The metric of the day's labelled rows; None where it is undefined."""
    if not len(scored.judged):
        return None
    own = scored.predictions.loc[scored.judged.features.index]
    found = spec.task.metrics(scored.judged, own, resamples=1).get(metric)
    return None if found is None or isnan(found.value) else found.value


def live_facts(rows: pd.DataFrame, spec: LifecycleSpec, same_as: Callable[[str], str]) -> LiveFacts:
    """What `live_data` would record of the day's rows: an outage is not scored."""
    return record_day(DayParts(rows), spec, same_as).facts()


def judge(
    facts: DayFacts, scored: ScoredDay, champion: Candidate, version: int, spec: LifecycleSpec
) -> DayFacts:
    """Add what the other daily assets would record, once all labels are there."""
    given = scored, champion, version, spec
    return facts.model_copy(update={"drift": _drift(*given), "performance": _performance(*given)})


def before_labels(facts: DayFacts) -> DayFacts:
    """The same facts as long as no label of the day has come: only the estimate is known."""
    seen = facts.performance
    if seen is None:
        return facts
    unknown = {"status": "unknown", "summary": "no labels yet", "learnable_rows": 0, "metric": None}
    return facts.model_copy(update={"performance": seen.model_copy(update=unknown)})


def _drift(scored: ScoredDay, champion: Candidate, version: int, spec: LifecycleSpec) -> DriftFacts:
    reference, rows = champion.kept.reference.data, scored.day.rows
    if not {*reference.columns.names} <= {*rows.columns}:
        rows = rows.join(champion.model.monitoring_features(spec.typed(rows)))
    verdict = drift_verdict(reference, rows, false_alarm_rate=spec.retrain.false_alarm_rate)
    return DriftFacts(
        version=str(version),
        verdict=verdict.status,
        summary=verdict.summary(),
        inconclusive_because=verdict.inconclusive_because,
        worst_change=next(iter(verdict.changes), "") if verdict.drifted else "",
    )


def _performance(
    scored: ScoredDay, champion: Candidate, version: int, spec: LifecycleSpec
) -> PerformanceFacts:
    holdout = {name: it.value for name, it in champion.metrics.items()}
    labels, predictions = scored.day.labels, scored.predictions
    performance, _ = judge_labels(scored.judged, labels, predictions, holdout, spec)
    return PerformanceFacts(
        version=str(version),
        status=performance.status,
        summary=performance.summary,
        learnable_rows=len(labels),
        metric=performance.monitored(),
        estimate=_estimate(scored, champion, holdout, spec),
    )


def _estimate(
    scored: ScoredDay, champion: Candidate, holdout: dict[str, float], spec: LifecycleSpec
) -> Performance | None:
    calibration = champion.kept.calibration
    if calibration is None or not spec.task.estimates_unlabelled:
        return None
    return estimate_day(scored.predictions, calibration, holdout, spec).performance
