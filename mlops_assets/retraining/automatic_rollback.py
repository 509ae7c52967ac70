"""Whether a new production version that does badly goes back by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from mlops_assets.spec.rollback import Rollback


@dataclass(frozen=True)
class Probation:
    """What is known of the version that serves, counted in days of data.

    `judged` is the day whose labels `performance` was seen on; `previous` the version that served
    before by the ledger, "" for none.
    """

    version: str
    in_production_since: date
    previous: str
    performance: Literal["ok", "dropped", "unknown"]
    judged: date | None = None


def decide_rollback(policy: Rollback, known: Probation) -> str:
    """The reason to roll back now; empty where there is none.

    Only a day after the promotion and within the probation counts, however late its labels come:
    a version that did well for longer is a matter of drift, and a retrain answers that.
    """
    last = known.in_production_since + timedelta(days=policy.within_days)
    counts = known.judged is not None and known.in_production_since < known.judged <= last
    if not (policy.on_performance_drop and known.previous and counts):
        return ""
    if known.performance != "dropped":
        return ""
    days = (known.judged - known.in_production_since).days if known.judged else 0
    return (
        f"performance of version {known.version} dropped on {known.judged}, day {days} of its "
        f"{policy.within_days} days of probation"
    )
