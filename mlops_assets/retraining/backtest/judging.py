"""Score a day of the past and judge it as the monitoring would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import isnan
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.data.table_parts import TableParts
from mlops_assets.evaluation.expected_day import Excess, excess_on, value_on
from mlops_assets.kinds.base import predictions_of
from mlops_assets.monitoring.day_drift import judge_day
from mlops_assets.monitoring.day_facts import DayFacts
from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.drift.table_profile import profile_batches
from mlops_assets.monitoring.earlier_days import EarlierDays
from mlops_assets.monitoring.live_day import LiveDay, record_day
from mlops_assets.monitoring.performance.estimate import estimate_day
from mlops_assets.monitoring.performance.judge import judge_labels, judged_rows
from mlops_assets.monitoring.performance.label_sample import waits_for
from mlops_assets.monitoring.performance.record import Performance, PerformanceFacts
from mlops_assets.monitoring.pooled_performance import LabelledDay, pooled_performance
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.table_content import InMemory
from mlops_assets.retraining.backtest.fitting import Candidate
from mlops_assets.retraining.backtest.history import KnownDay
from mlops_assets.spec.gates import MINIMUM_ROWS

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class ScoredDay(NamedTuple):
    """A day with its predictions, and the rows whose label is of a class that the model knows."""

    day: date
    live: LiveDay
    labels: pd.Series
    predictions: Predictions
    judged: LabelledDay
    champion: Candidate


def live_day(rows: pd.DataFrame, spec: LifecycleSpec, same_as: Callable[[str], str]) -> LiveDay:
    """The rows of a day with their checks: an outage is not scored."""
    return record_day(TableParts(rows), spec, same_as)


def score(
    day: date, known: KnownDay, live: LiveDay, champion: Candidate, version: int
) -> ScoredDay:
    """Score all rows of a day. Raises `InputError` if they do not fit the model."""
    spec, rows = champion.spec, known.rows
    found = predictions_of(champion.model, spec.typed(rows))
    judged = judged_rows(InMemory(rows), known.labels, found, spec)
    predictions = Predictions(
        table=found,
        dataset_version=live.dataset_version,
        version=str(version),
        model_id=f"version {version}",
        seconds_per_1000_rows=0,
    )
    own = LabelledDay.of(judged, found, known.labels)
    return ScoredDay(day, _with_monitored(live, champion), known.labels, predictions, own, champion)


def quality(scored: ScoredDay, metric: str) -> float | None:
    """The metric of the day's labelled rows; None where it is undefined."""
    judged, task = scored.judged, scored.champion.spec.task
    found = value_on(task, metric, judged.judged, judged.predictions)
    return None if isnan(found) else found


def judge(
    scored: ScoredDay, spec: LifecycleSpec, settings: Settings, earlier: EarlierDays
) -> DayFacts:
    """What the daily assets would record, once all labels are there."""
    return DayFacts(
        day=scored.day,
        live=scored.live.facts(),
        drift=_drift(scored, spec, earlier),
        performance=_performance(scored, spec, settings, earlier),
    )


def before_labels(facts: DayFacts) -> DayFacts:
    """The same facts as long as no label of the day has come: only the estimate is known."""
    seen = facts.performance
    if seen is None:
        return facts
    unknown = {"status": "unknown", "summary": "no labels yet", "learnable_rows": 0, "metric": None}
    unknown |= {"labelled_rows": 0, "waits_for": "", "excess": None}
    return facts.model_copy(update={"performance": seen.model_copy(update=unknown)})


def _with_monitored(live: LiveDay, champion: Candidate) -> LiveDay:
    """The day with the features that the model's kind monitors, if it has any."""
    spec, rows = champion.spec, live.table
    further = champion.model.monitoring_features(spec.typed(rows))
    new = [name for name in further if name not in rows]
    return live.model_copy(update={"content": InMemory(rows.join(further[new]))}) if new else live


def _drift(scored: ScoredDay, spec: LifecycleSpec, earlier: EarlierDays) -> DriftFacts:
    kept = scored.champion.kept
    rows = scored.live.content.batches(kept.reference.data.columns.names)
    data = profile_batches(kept.reference.data, rows)
    known = kept.reference, kept.days or {}
    given = scored.day, scored.live, scored.predictions, data, known, spec, earlier
    return judge_day(*given)[0].facts()


def _performance(
    scored: ScoredDay, spec: LifecycleSpec, settings: Settings, earlier: EarlierDays
) -> PerformanceFacts:
    holdout = {name: it.value for name, it in scored.champion.metrics.items()}
    judged, labels = scored.judged, scored.labels
    waits = waits_for(judged.predictions, judged.rest, spec)
    performance, _ = judge_labels(
        judged.judged, labels, judged.predictions, holdout, spec, scored.live.rows, waits
    )
    span, excess = 1, None if waits else _excess(scored)
    if len(labels) and len(judged.judged) < MINIMUM_ROWS:
        given = scored.day, judged, scored.predictions.model_id, holdout, spec, settings, earlier
        if found := pooled_performance(*given):
            performance, span, waits = found.performance, found.span, found.waits_for
    return PerformanceFacts(
        version=scored.predictions.version,
        status=performance.status,
        summary=performance.summary,
        learnable_rows=len(labels),
        metric=performance.monitored(),
        estimate=_estimate(scored, holdout, spec),
        span=span,
        rows=scored.live.rows,
        labelled_rows=len(labels),
        waits_for=waits,
        excess=excess,
    )


def _excess(scored: ScoredDay) -> Excess | None:
    """How much worse the day was than the version's holdout lets expect."""
    expected, day = scored.champion.expected_day, scored.judged
    task = scored.champion.spec.task
    return excess_on(expected, task, day.judged, day.predictions) if expected else None


def _estimate(
    scored: ScoredDay, holdout: dict[str, float], spec: LifecycleSpec
) -> Performance | None:
    calibration = scored.champion.kept.calibration
    if calibration is None or not spec.task.estimates_unlabelled:
        return None
    return estimate_day(scored.predictions.table, calibration, holdout, spec).performance
