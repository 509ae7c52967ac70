"""Compare one day with the reference of the version that scored it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from mlops_assets.claims import require
from mlops_assets.monitoring.drift.column_days import ReferenceDays
from mlops_assets.monitoring.drift.day_report import DriftFacts, DriftReport, drift_metrics
from mlops_assets.monitoring.drift.days_file import DaysOfParts
from mlops_assets.monitoring.drift.drift_verdict import NO_DAYS, DriftVerdict, profile_verdict
from mlops_assets.monitoring.drift.table_profile import TableProfile, profile_batches
from mlops_assets.monitoring.drift.tables import column_figures, column_table, figures_by_column
from mlops_assets.monitoring.drift.window import Window
from mlops_assets.monitoring.drift_cost import DriftCost, cost_of_day
from mlops_assets.monitoring.earlier_days import NO_EARLIER_DAYS, EarlierDays
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.pooled_drift import PooledDays, hours_needed, pooled_days
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.monitoring.version_reference import (
    OUTPUT,
    SpacedRows,
    VersionReference,
    day_with_monitoring_features,
    load_days,
    load_version_reference,
    sample_rows,
)
from mlops_assets.platform.mlflow.result import Markdown, Result

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from mlflow import MlflowClient

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


@dataclass(frozen=True)
class DriftResult(Result):
    """A day compared with a reference: both profiles, the verdicts, and a sample to show."""

    report: DriftReport
    dataset_version: str
    reference: VersionReference
    data: TableProfile
    predictions: TableProfile
    sample: pd.DataFrame
    units: Mapping[str, str]
    cost: DriftCost

    def tags(self) -> dict[str, str]:
        """The version of the rows, what scored them, and the verdict."""
        verdict = {"dataset_version": self.dataset_version, "verdict": self.report.data.status}
        return verdict | self._scored_by

    def params(self) -> dict[str, Any]:
        """What scored the rows, and the false-alarm rate."""
        return self._scored_by | {"false_alarm_rate": self.report.data.false_alarm_rate}

    def metrics(self) -> dict[str, float | None]:
        """Means and missing values by column, and how much drifted."""
        verdict = self.report.data
        return {
            **column_figures(self.data),
            **column_figures(self.predictions, OUTPUT),
            **figures_by_column("brings", self.cost.brought),
            "rows": verdict.rows,
            "rows_needed": verdict.rows_needed,
            "drifted_columns": len(verdict.drifted),
            "worst_excess": max((column.excess for column in verdict.columns), default=0.0),
            "prediction_drift": float(self.report.predictions.status == "drift"),
        }

    def documents(self) -> dict[str, Any]:
        """The scores with their thresholds, and the verdicts."""
        return {"drift_metrics.json": drift_metrics(self.report)}

    def files(self) -> dict[str, str]:
        """The whole report."""
        return {"drift.json": self.report.model_dump_json(indent=2) + "\n"}

    def panel(self) -> dict[str, Any]:
        """What the day costs, the verdicts and what drifted, then a table of columns each."""
        data, predictions = self.report.data, self.report.predictions
        context = self.report.context
        shown = {} if context is None else {"context_summary": context.summary()}
        return {
            "what_it_costs": self.cost.in_words(data),
            "verdict": data.status,
            "summary": data.summary(),
            "prediction_summary": predictions.summary(),
            **shown,
            "thresholds_from": data.calibration,
            "version": self.report.version,
            "columns": Markdown(column_table(data, self.units, self.cost.of)),
            "prediction_columns": Markdown(column_table(predictions)),
            **self._series(),
        }

    def _series(self) -> dict[str, float]:
        """What Dagster plots over days: the share of columns that drifted, and by how much."""
        data = self.report.data
        return {
            "drifted_share": len(data.drifted) / max(len(data.columns), 1),
            "worst_excess": max((column.excess for column in data.columns), default=0.0),
        }

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """The worst columns, and the predictions."""
        from mlops_assets.monitoring.drift.figures import worst_columns

        sides = self.reference.data, self.data, self.report.data
        yield "feature_drift", worst_columns(*sides, self.units)
        outputs = self.reference.predictions, self.predictions, self.report.predictions
        yield "prediction_drift", worst_columns(*outputs, before="holdout")

    def facts(self) -> DriftFacts:
        """The verdict, for the loop."""
        return self.report.facts()

    @property
    def _scored_by(self) -> dict[str, str]:
        return {"version": self.report.version, "model_id": self.report.model_id}


def compare_day(
    day: date,
    live: LiveDay,
    predictions: Predictions,
    spec: LifecycleSpec,
    client: MlflowClient,
    earlier: EarlierDays = NO_EARLIER_DAYS,
) -> DriftResult:
    """The drift verdicts on a day's rows and predictions.

    A day that is too small to judge is judged with `earlier` ones. Raises `InputError` if the day
    failed a check, or the version has no reference.
    """
    require(live.claims)
    model_id = predictions.model_id
    reference = load_version_reference(client, model_id)
    columns, scores = reference.data.columns, reference.predictions.columns
    spaced = SpacedRows(live.rows, columns)
    rows = day_with_monitoring_features(live.content, reference, spec, model_id)
    data = profile_batches(reference.data, map(spaced.seen, rows))
    known = reference, load_days(client, model_id)
    report, pool = judge_day(day, live, predictions, data, known, spec, earlier)
    shown = spaced.rows()
    scored = _at(predictions.content.batches(scores.names), shown.index)
    sample = sample_rows(shown, scored, columns, scores, personal=spec.personal_data)
    return DriftResult(
        report=report,
        dataset_version=live.dataset_version,
        reference=reference,
        data=pool.data,
        predictions=pool.predictions,
        sample=sample,
        units=spec.units,
        cost=cost_of_day(predictions, shown, report.data, reference.data, spec, client),
    )


def judge_day(
    day: date,
    live: LiveDay,
    predictions: Predictions,
    data: TableProfile,
    known: tuple[VersionReference, DaysOfParts],
    spec: LifecycleSpec,
    earlier: EarlierDays,
) -> tuple[DriftReport, PooledDays]:
    """The verdicts on a day whose rows have the profile `data`, and the days judged together.

    `known` is the reference of the version that scored the day, and the days of its rows.
    """
    reference, days = known
    scores = predictions.content.batches(reference.predictions.columns.names)
    outputs = profile_batches(reference.predictions, scores)
    pool = PooledDays(data, outputs, (day,), hours=hours_needed(live.content, spec))
    if spec.live.rows == "day":
        pool = pooled_days(pool, reference, spec, predictions.model_id, earlier)
    rate = spec.retrain.false_alarm_rate
    report = DriftReport(
        model=spec.name,
        day=day,
        version=predictions.version,
        model_id=predictions.model_id,
        span=pool.span,
        data=profile_verdict(
            reference.data,
            pool.data,
            false_alarm_rate=rate,
            days=days["data"],
            window=Window(last=day, days=len(pool.days), hours=pool.hours),
            watch=spec.drift,
        ),
        predictions=profile_verdict(
            reference.predictions,
            pool.predictions,
            false_alarm_rate=rate,
            days=days["predictions"],
            window=Window(last=day, days=pool.scored),
        ),
        context=_context_verdict(live, reference, rate, days.get("context", NO_DAYS)),
    )
    return report, pool


def _context_verdict(
    live: LiveDay, reference: VersionReference, rate: float, days: ReferenceDays
) -> DriftVerdict | None:
    """The verdict on the context columns; None if the version or the day has none of them."""
    profile = reference.context
    if profile is None or not {*profile.columns.names} <= {*live.content.columns}:
        return None
    day = profile_batches(profile, live.content.batches(profile.columns.names))
    return profile_verdict(profile, day, false_alarm_rate=rate, days=days)


def _at(batches: Iterator[pd.DataFrame], rows: pd.Index) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([batch[batch.index.isin(rows)] for batch in batches])
