"""What a mitigation costs: the mitigated model compared with the plain one on the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.evaluation.fairness.groups import Groups
from mlops_assets.evaluation.fairness.parity import Draws, resampled_rates
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.base import GroupRate, Task
from mlops_assets.tasks.metrics.bootstrap import percentile
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class Change(BaseModel):
    """One metric of both models, and the mitigated one minus the plain one."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    name: str
    plain: float
    mitigated: float
    change: Metric = Field(description="With a paired 95 % interval: both on the same resamples.")


def metric_changes(
    task: Task, known: Dataset, mitigated: pd.DataFrame, plain: pd.DataFrame, *, seed: int
) -> list[Change]:
    """Every metric that both have; a higher one is not always better."""
    ours, theirs = (task.metrics(known, it, seed=seed, resamples=1) for it in (mitigated, plain))
    found = []
    for name in (it for it in ours if it in theirs):
        paired = task.paired_difference(name, known, mitigated, plain, seed=seed)
        sign = -1 if name in task.lower_is_better else 1
        ends = sorted([sign * paired.low, sign * paired.high])
        change = Metric(
            value=sign * paired.value, low=ends[0], high=ends[1], support=paired.support
        )
        values = {"plain": theirs[name].value, "mitigated": ours[name].value}
        found.append(Change(name=name, **values, change=change))
    return found


def parity_changes(
    task: Task,
    known: Dataset,
    mitigated: pd.DataFrame,
    plain: pd.DataFrame,
    groups: Groups,
    *,
    least: int,
    seed: int,
) -> list[Change]:
    """The largest difference of each rate between groups, of both models.

    Of the groups in which at least `least` rows count for the rate in both. Resampled largest
    differences near 0 are too large, so an interval understates how far the gap has narrowed.
    """
    ours, theirs = (task.group_rates(known, it) for it in (mitigated, plain))
    drawn = [_drawn(rates, groups, seed) for rates in (ours, theirs)]
    found = []
    for rate, one, other in zip(ours, *drawn, strict=True):
        judged = (one.counted >= least) & (other.counted >= least)
        largest = [_largest(it.rates[:, judged]) for it in (one, other)]
        change = largest[0] - largest[1]
        support = int(min(*one.counted[judged], *other.counted[judged])) if judged.any() else 0
        found.append(
            Change(
                name=rate.difference,
                plain=float(largest[1][0]),
                mitigated=float(largest[0][0]),
                change=Metric(
                    value=float(change[0]),
                    low=percentile(change, 2.5),
                    high=percentile(change, 97.5),
                    support=support,
                ),
            )
        )
    return found


def _drawn(rates: Sequence[GroupRate], groups: Groups, seed: int) -> list[Draws]:
    return resampled_rates([(groups, rate) for rate in rates], seed)


def _largest(rates: np.ndarray) -> np.ndarray:
    """The largest difference between groups in each resample; NaN with fewer than two."""
    import numpy as np

    if rates.shape[1] < 2:
        return np.full(len(rates), np.nan)
    return rates.max(axis=1) - rates.min(axis=1)
