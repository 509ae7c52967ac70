"""Simulated rankings of meals: three are shown in a session, and each is liked or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.simulators import _meals
from mlops_assets.simulators._meals import Item, Menu

if TYPE_CHECKING:
    import pandas as pd

MENU = Menu(
    prefix="S",
    action="meal",
    reward="liked",
    items={
        "chicken and rice": Item(30, 60, 0.9, 0.6, -0.7, 0),
        "lentil curry": Item(40, 40, 0.6, 0.6, 0.6, 2),
        "omelette": Item(15, 40, 0.7, 0.5, -0.4, 1),
        "poke bowl": Item(25, 90, 0.7, 0.8, 0.9, 0),
        "vegetable pasta": Item(25, 40, 0.3, 0.3, -0.5, 2),
        "yoghurt and fruit": Item(5, 45, 0.4, 0.9, 0.0, 1),
    },
    trials=1,
    slate=3,
)


def simulate(
    rows: int,
    *,
    seed: int = 0,
    day: date | None = None,
    shift: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Meals with their `session`, `position` in it, `propensity`, and whether they were `liked`.

    Further down, less is liked: nobody looks there.
    """
    return _meals.simulate(MENU, rows, seed=seed, day=day, shift=shift)
