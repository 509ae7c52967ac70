"""Simulated recipe recommendations: one a visit, and whether it was cooked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.simulators import _meals
from mlops_assets.simulators._meals import Item, Menu

if TYPE_CHECKING:
    import pandas as pd

MENU = Menu(
    prefix="V",
    action="recipe",
    reward="cooked",
    items={
        "bean chili": Item(45, 40, 0.7, 0.6, 0.3, 2),
        "beef stew": Item(90, 70, 0.9, 0.2, -0.8, 0),
        "salmon and greens": Item(25, 95, 0.9, 0.8, 0.2, 0),
        "spinach gnocchi": Item(20, 45, 0.3, 0.3, 0.4, 1),
        "tofu stir-fry": Item(20, 50, 0.7, 0.8, 0.9, 2),
        "tomato soup": Item(30, 30, 0.2, 0.8, -0.5, 2),
        "turkey wrap": Item(10, 65, 0.8, 0.7, -0.2, 0),
    },
    trials=1,
)


def simulate(
    rows: int,
    *,
    seed: int = 0,
    day: date | None = None,
    shift: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Recipes with their `propensity`, and whether they were `cooked`."""
    return _meals.simulate(MENU, rows, seed=seed, day=day, shift=shift)
