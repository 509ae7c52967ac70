"""Reduce the log to one outcome per unit, because the rows of a unit depend on each other."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from mlops_assets.experiments.assignment import CHALLENGER
from mlops_assets.experiments.files import Logged, Place, Prediction
from mlops_assets.features.labels import class_name
from mlops_assets.spec.experiment import Experiment

FALLBACK = "fallback"
"""The variant of a row that the champion answered because the challenger failed."""
_label = lru_cache(maxsize=1_000, typed=True)(class_name)
"""Few labels are those of many rows, and to name one takes as long as to name a column of them."""


class Unit(NamedTuple):
    """The first row of a unit. An outcome is None without a label; greater is better.

    Only in a shadow experiment has a unit the outcomes of both variants.
    """

    day: date
    variant: str
    champion: float | None
    challenger: float | None


def units_of(logged: Logged, plan: Experiment, zone: str) -> list[Unit]:
    """The units in the order of their first rows."""
    shadowed = {it.place: it for it in logged.predictions if _is_shadow(it, plan)}
    answered = (it for it in logged.predictions if not _is_shadow(it, plan))
    first: dict[str, Prediction] = {}
    for it in answered:
        first.setdefault(it.unit, it)
    return [_unit(it, shadowed, logged, plan, ZoneInfo(zone)) for it in first.values()]


def _is_shadow(prediction: Prediction, plan: Experiment) -> bool:
    return plan.shadow and prediction.variant == CHALLENGER


def _unit(
    first: Prediction,
    shadowed: dict[Place, Prediction],
    logged: Logged,
    plan: Experiment,
    zone: ZoneInfo,
) -> Unit:
    by_variant = {first.variant: first}
    if first.place in shadowed:
        by_variant[CHALLENGER] = shadowed[first.place]
    outcomes = {
        name: _outcome(it.prediction, logged.labels.get(it.place), plan)
        for name, it in by_variant.items()
        if name != FALLBACK
    }
    variant = CHALLENGER if first.variant == FALLBACK else first.variant  # it was assigned there
    day = first.at.astimezone(zone).date()
    return Unit(day, variant, outcomes.get("champion"), outcomes.get("challenger"))


def _outcome(prediction: Any, label: Any, plan: Experiment) -> float | None:
    if label is None:
        return None
    if plan.metric == "accuracy":
        return float(_label(prediction) == _label(label))
    if plan.metric == "reward":
        return float(label)  # of what the variant chose
    return -abs(float(prediction) - float(label))
