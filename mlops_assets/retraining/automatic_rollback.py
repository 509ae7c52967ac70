"""Decide whether to roll back a new production version that performs badly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from mlops_assets.spec.rollback import Rollback


@dataclass(frozen=True)
class Probation:
    """The probation of the production version, in days of data.

    `judged` is the day that `performance` was measured on; `previous` is the former production
    version according to the ledger, "" if there is none.
    """

    version: str
    in_production_since: date
    previous: str
    performance: Literal["ok", "dropped", "unknown"]
    judged: date | None = None


def decide_rollback(policy: Rollback, probation: Probation) -> str:
    """The reason to roll back now; empty if there is none.

    Only days after the promotion and within the probation count, however late their labels arrive:
    if a version performed well for longer, drift is the cause and a retrain the answer.
    """
    last = probation.in_production_since + timedelta(days=policy.within_days)
    counts = (
        probation.judged is not None and probation.in_production_since < probation.judged <= last
    )
    if not (policy.on_performance_drop and probation.previous and counts):
        return ""
    if probation.performance != "dropped":
        return ""
    days = (probation.judged - probation.in_production_since).days if probation.judged else 0
    return (
        f"performance of version {probation.version} dropped on {probation.judged}, "
        f"day {days} of its {policy.within_days} days of probation"
    )
