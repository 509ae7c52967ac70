"""Whether a new production version that does badly goes back by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Rollback(BaseModel):
    """When the previous version serves again without a person: `rollback:` in defs.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on_performance_drop: bool = Field(
        default=False, description="Go back when live quality falls past `performance.drop`."
    )
    within_days: int = Field(
        default=7, ge=1, le=365, description="Days after its promotion in which it may go back."
    )


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
