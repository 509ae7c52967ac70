"""Simulated weekly meal plans: which was given to whom, and on how many days it was kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.simulators import _meals
from mlops_assets.simulators._meals import Item, Menu

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlops_assets.features.dataset import Dataset

MENU = Menu(
    prefix="W",
    action="plan",
    reward="adherence",
    items={
        "balanced": Item(35, 50, 0.5, 0.5, -0.6, 0),
        "high protein": Item(30, 75, 1.0, 0.5, 0.0, 0),
        "light": Item(25, 55, 0.5, 1.0, 0.2, 1),
        "plant based": Item(40, 45, 0.4, 0.7, 0.8, 2),
        "quick": Item(15, 65, 0.4, 0.3, -0.2, 1),
    },
    trials=7,
)


def simulate(
    rows: int,
    *,
    seed: int = 0,
    day: date | None = None,
    shift: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Plans with their `propensity` and `adherence`, the share of seven days they were kept."""
    return _meals.simulate(MENU, rows, seed=seed, day=day, shift=shift)


def plan_alignment_score(dataset: Dataset, predictions: pd.DataFrame) -> np.ndarray:
    """How well the chosen plan fits time, budget and goal, (n,) from 0 to 1; 1 is best."""
    return _expected(_meals.alignment(MENU, dataset.features), predictions)


def constraint_respect_score(dataset: Dataset, predictions: pd.DataFrame) -> np.ndarray:
    """How probable a plan is that respects the diet, (n,); 1: no other is ever chosen."""
    return _expected(_meals.respects(MENU, dataset.features), predictions)


def _expected(of_plan: np.ndarray, predictions: pd.DataFrame) -> np.ndarray:
    """The mean over plans, by their probabilities."""
    names = [f"probability_{plan}" for plan in MENU.items]
    return (of_plan * predictions[names].to_numpy("float64")).sum(axis=1)
