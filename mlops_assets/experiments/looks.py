"""The confidence sequence of an experiment: one look at the end of each day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mlops_assets.experiments.confidence_sequence import effective, planned_size, radius
from mlops_assets.experiments.facts import Look
from mlops_assets.experiments.units import Unit
from mlops_assets.spec.experiment import Experiment

if TYPE_CHECKING:
    import numpy as np

LEAST_UNITS = 30
"""Labelled units of each variant before the first look: the sequence is asymptotic."""
PLANNING_DAYS = 2
"""The first day may be a part of one; the units of the second plan the sequence."""


def looks(units: Sequence[Unit], plan: Experiment) -> list[Look]:
    """The looks of the days after the planning days that have enough labelled units."""
    begun, last = min(it.day for it in units), max(it.day for it in units)
    a_day = sum(it.day == begun + timedelta(days=1) for it in units) or len(units)
    found = []
    for age in range(PLANNING_DAYS, (last - begun).days + 1):
        day = begun + timedelta(days=age)
        seen = [it for it in units if it.day <= day]
        if look := _look(day, seen, plan, a_day * plan.days):
            found.append(look)
    return found


def _look(day: date, units: Sequence[Unit], plan: Experiment, planned: int) -> Look | None:
    import numpy as np

    champion = np.array([it.champion for it in units], dtype="float64")
    challenger = np.array([it.challenger for it in units], dtype="float64")
    both = _paired if plan.shadow else _unpaired
    found = both(champion, challenger)
    if found is None:
        return None
    count, difference, n, variance = found
    size = planned if plan.shadow else planned_size(planned, plan.share)
    half = float(radius(n, variance, size))
    return Look(
        day=day, units=count, difference=difference, low=difference - half, high=difference + half
    )


Compared = tuple[int, float, float, float] | None
"""Labelled units, difference, effective size and variance; None if there are too few."""


def _unpaired(champion: np.ndarray, challenger: np.ndarray) -> Compared:
    """The difference of the means of two groups of units."""
    import numpy as np

    ours, theirs = challenger[~np.isnan(challenger)], champion[~np.isnan(champion)]
    if min(len(ours), len(theirs)) < LEAST_UNITS or ours.var() + theirs.var() == 0:
        return None
    difference = float(ours.mean() - theirs.mean())
    variances = ours.var(ddof=1), theirs.var(ddof=1)
    n = effective(len(ours), variances[0], len(theirs), variances[1])
    return len(ours) + len(theirs), difference, float(n), float(sum(variances))


def _paired(champion: np.ndarray, challenger: np.ndarray) -> Compared:
    """The mean of the differences of units that both variants predicted."""
    import numpy as np

    differences = challenger - champion
    differences = differences[~np.isnan(differences)]
    if len(differences) < LEAST_UNITS or differences.var() == 0:
        return None
    n = len(differences)
    return n, float(differences.mean()), float(n), float(differences.var(ddof=1))
