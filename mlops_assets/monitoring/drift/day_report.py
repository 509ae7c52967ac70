"""The drift report of one day: verdicts on features and predictions, as record and checks."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.claims import Claim
from mlops_assets.monitoring.drift.drift_verdict import DriftVerdict, Status

CLAIMS = {
    "no_data_drift": "The day's features are distributed as in training.",
    "no_prediction_drift": "The predictions are distributed as on the holdout.",
}


class DriftFacts(BaseModel):
    """What `drift_report` records of a day for the loop, which looks at the features alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = Field(description="The version that scored the day.")
    verdict: Status
    summary: str = Field(description="One line: what drifted, or why nothing did.")
    inconclusive_because: str = Field(
        default="", description="`40 rows, 120 needed`; empty if the day is conclusive."
    )
    worst_change: str = Field(
        default="", description="The column that drifted most, `age mean 45 → 52`; empty if none."
    )
    span: int = Field(
        default=1, ge=1, description="Days of the calendar that were judged together up to the day."
    )


class DriftReport(BaseModel):
    """A day compared with the reference of the version that scored it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    day: date
    version: str
    model_id: str
    data: DriftVerdict = Field(description="Verdict on the features; may lead to a retrain.")
    predictions: DriftVerdict = Field(description="Verdict on the predictions.")
    span: int = Field(default=1, description="Days judged together, from the first to this one.")
    context: DriftVerdict | None = Field(
        default=None, description="Verdict on the context columns, if there are any. Only shown."
    )

    def facts(self) -> DriftFacts:
        """The record of the day for the loop."""
        return DriftFacts(
            version=self.version,
            verdict=self.data.status,
            summary=self.data.summary(),
            inconclusive_because=self.data.inconclusive_because,
            worst_change=next(iter(self.data.changes), "") if self.data.drifted else "",
            span=self.span,
        )


def drift_metrics(report: DriftReport) -> dict[str, Any]:
    """The document `drift_metrics.json`: every score with its threshold, and the verdicts."""
    parts = {"features": report.data, "predictions": report.predictions, "context": report.context}
    return {
        "day": report.day,
        "version": report.version,
        **{name: _scores(it) for name, it in parts.items() if it is not None},
    }


def _scores(verdict: DriftVerdict) -> dict[str, Any]:
    columns = {
        column.column: {
            it.name: {"score": it.value, "threshold": it.threshold, "drifted": it.drifted}
            for it in column.statistics
        }
        for column in verdict.columns
    }
    return {
        "verdict": verdict.status,
        "rows": verdict.rows,
        "false_alarm_rate": verdict.false_alarm_rate,
        "drifted": verdict.drifted,
        "columns": columns,
    }


def report_claims(report: DriftReport) -> list[Claim]:
    """Both verdicts as checks; an inconclusive one passes, with the reason."""
    return [
        _claim("no_data_drift", report.data, "look at the worst columns in the report"),
        _claim(
            "no_prediction_drift",
            report.predictions,
            "check whether the features have drifted too, and the labels once they have arrived",
        ),
    ]


def _claim(name: str, verdict: DriftVerdict, todo: str) -> Claim:
    level = f"{verdict.false_alarm_rate:.3g}"
    return Claim(
        name=name,
        passed=verdict.status != "drift",
        observed=verdict.summary(),
        bound=f"every score within its threshold (false-alarm rate per day: {level})",
        todo=todo,
    )
