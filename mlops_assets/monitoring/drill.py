"""Simulate a shift: how often it would be detected, and how soon it would lead to a retrain."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.monitoring.drift.power import detection_rate, smallest_shift
from mlops_assets.monitoring.drift.table_profile import TableProfile
from mlops_assets.spec.retrain import Policy

EPISODES, DAYS = 2_000, 90
CAUGHT = 0.9


class Drill(BaseModel):
    """The simulated effect of a shift in one column."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    role: str
    shift: float = Field(description="In standard deviations; for labels, a share of the rows.")
    rows: int = Field(description="Rows per day.")
    detection_rate: float = Field(description="Share of shifted days with the verdict drift.")
    days_to_retrain: int | None = Field(
        description="Median over episodes. None: more than 90 days."
    )
    days_to_retrain_90: int | None = Field(description="90 % quantile over episodes.")
    smallest_shift: float | None = Field(
        description="Smallest shift detected on 90 % of days. None: there is none."
    )


def drill(reference: TableProfile, column: str, shift: float, rows: int, policy: Policy) -> Drill:
    """Simulate days of `rows` rows with a shift in one column of a version's reference.

    Reads and writes nothing. Raises `InputError` for an unknown column or an invalid share.
    """
    role = _role(reference, column, shift)
    alarms = policy.false_alarm_rate
    rate = detection_rate(reference, column, shift, rows, alarms)
    return Drill(
        column=column,
        role=role,
        shift=shift,
        rows=rows,
        detection_rate=rate,
        days_to_retrain=days_to_retrain(rate, policy, 0.5),
        days_to_retrain_90=days_to_retrain(rate, policy, CAUGHT),
        smallest_shift=smallest_shift(reference, column, rows, alarms, rate=CAUGHT),
    )


def days_to_retrain(rate: float, policy: Policy, share: float, seed: int = 0) -> int | None:
    """The day by which `share` of the episodes have led to a retrain; None if later than 90 days.

    Each day of an episode is independently judged as drift with probability `rate`.
    """
    import numpy as np

    drifted = np.random.default_rng(seed).random((EPISODES, DAYS)) < rate
    padded = np.pad(drifted.cumsum(axis=1), ((0, 0), (policy.window_days, 0)))
    in_window = padded[:, policy.window_days :] - padded[:, : -policy.window_days]
    fires = drifted & (in_window >= policy.suspect_days)
    day = np.where(fires.any(axis=1), fires.argmax(axis=1) + 1, DAYS + 1)
    found = int(np.sort(day)[int(np.ceil(share * EPISODES)) - 1])
    return found if found <= DAYS else None


def _role(reference: TableProfile, column: str, shift: float) -> str:
    roles = dict(reference.columns.roles())
    if column not in roles:
        raise InputError(
            seen=f"no feature column {column!r}{nearest(column, list(roles))}",
            expected=f"one of {list(roles)}",
            todo="correct --column",
        )
    if roles[column] in ("categorical", "boolean") and not 0 <= shift <= 1:
        raise InputError(
            seen=f"a shift of {shift:g} for the labels of {column!r}",
            expected="the share of rows changed to its rarest label, from 0 to 1",
            todo="correct --shift",
        )
    return roles[column]
