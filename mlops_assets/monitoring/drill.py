"""Simulate a shift: how often it would be detected, and how soon it would lead to a retrain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.monitoring.drift.column_days import ReferenceDays
from mlops_assets.monitoring.drift.drift_verdict import LEAST_EFFECT, bounds_for
from mlops_assets.monitoring.drift.played_days import PlayedColumn, played
from mlops_assets.monitoring.drift.power import detection_rate, smallest_shift
from mlops_assets.monitoring.drift.table_profile import TableProfile
from mlops_assets.spec.retrain import Policy
from mlops_assets.spec.watch import ColumnWatch

if TYPE_CHECKING:
    import numpy as np

EPISODES, DAYS = 2_000, 90
CAUGHT, STEPS, FARTHEST = 0.9, 12, 4.0
"""The share of days that a shift is to be detected on, and how it is searched for."""


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
    days: int = Field(
        default=0,
        description="Days, or blocks of days, of the reference that were played. 0: independent "
        "rows were simulated.",
    )
    days_each: int = Field(default=1, description="Days of a block.")
    false_alarms: float | None = Field(
        default=None,
        description="Share of them that is called drift without any shift. None: not played.",
    )


def drill_own_days(
    reference: TableProfile,
    days: ReferenceDays,
    column: str,
    shift: float,
    policy: Policy,
    watch: Mapping[str, ColumnWatch],
) -> Drill | None:
    """Play a version's own days, every second one, with a shift in one column.

    Their rows resemble each other, and days follow each other, as those of the model do. None if
    there are too few days, or the column is not judged. Raises like `drill`.
    """
    import numpy as np

    role = _role(reference, column, shift)
    watched = reference.without([name for name, it in watch.items() if not it.watch])
    bounds = bounds_for(watched, policy.false_alarm_rate, LEAST_EFFECT, 0)
    columns = played(watched, days, bounds, watch)
    if column not in columns:
        return None
    live, shifted = columns[column].live, columns[column].detected(shift)
    alarms = np.any([it.alarms for it in columns.values()], axis=0)
    return Drill(
        column=column,
        role=role,
        shift=shift,
        rows=round(float((live.known + live.missing).mean()) / days.unit),
        detection_rate=float(shifted.mean()),
        days_to_retrain=_played_to_retrain(shifted, days.unit, policy, 0.5),
        days_to_retrain_90=_played_to_retrain(shifted, days.unit, policy, CAUGHT),
        smallest_shift=_smallest(columns[column], role),
        days=len(shifted),
        days_each=days.unit,
        false_alarms=float(alarms.mean()),
    )


def _smallest(column: PlayedColumn, role: str) -> float | None:
    low, high = 0.0, 1.0 if role in ("categorical", "boolean") else FARTHEST
    if column.detected(high).mean() < CAUGHT:
        return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if column.detected(middle).mean() >= CAUGHT else (middle, high)
    return high


def _played_to_retrain(drifted: np.ndarray, unit: int, policy: Policy, share: float) -> int | None:
    """As `days_to_retrain`, of episodes that begin on each of the played days, (blocks,) bool."""
    import numpy as np

    # After the last played day comes the first again.
    starts = np.arange(len(drifted))[:, None] + np.arange(DAYS // unit)
    found = _first_retrain(drifted[starts % len(drifted)], policy, share)
    return None if found is None else found * unit


def drill(reference: TableProfile, column: str, shift: float, rows: int, policy: Policy) -> Drill:
    """Simulate days of `rows` independent rows with a shift in one column of a reference.

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
    return _first_retrain(drifted, policy, share)


def _first_retrain(drifted: np.ndarray, policy: Policy, share: float) -> int | None:
    """The day by which `share` of the episodes, (episodes, days) bool, have led to a retrain."""
    import numpy as np

    episodes, days = drifted.shape
    padded = np.pad(drifted.cumsum(axis=1), ((0, 0), (policy.window_days, 0)))
    in_window = padded[:, policy.window_days :] - padded[:, : -policy.window_days]
    fires = drifted & (in_window >= policy.suspect_days)
    day = np.where(fires.any(axis=1), fires.argmax(axis=1) + 1, days + 1)
    found = int(np.sort(day)[int(np.ceil(share * episodes)) - 1])
    return found if found <= days else None


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
