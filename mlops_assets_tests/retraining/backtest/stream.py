"""A small stream of days whose world changes, and its model."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mlops_assets.spec.lifecycle_spec import LifecycleSpec

FIRST = date(2026, 1, 1)
TRAINED = 12
"""Days before the first replayed one."""
SPEC: dict[str, Any] = {
    "name": "small",
    "target": "y",
    "timestamp": "at",
    "columns": {"numeric": ["x", "level"]},
    "window": "10d",
    "split": {"holdout": 0.3},
    "model": {"type": "sklearn", "estimator": "sklearn.linear_model.LogisticRegression"},
    "gates": {"accuracy": {"min": 0.6}, "beats_production": {"metric": "accuracy"}},
    "retrain": {"cooldown": 3, "least_new_labels": 50},
}


def day(number: int) -> date:
    """Day 0 is the first replayed one."""
    return FIRST + timedelta(days=TRAINED + number)


def stream(days: int, *, changes: int = 10_000, rows: int = 120, seed: int = 0) -> pd.DataFrame:
    """`days` days after 12 for the training; from day `changes` on, x and its level are 2 higher.

    `y` says whether x is above its level. A model that has seen one level alone ignores it and is
    wrong about another one; a model that has seen both is right.
    """
    rng, parts = np.random.default_rng(seed), []
    for number in range(-TRAINED, days):
        moved = 2.0 * (number >= changes)
        x, level = rng.normal(moved, 1, rows), rng.normal(moved, 0.05, rows)
        at = pd.Timestamp(day(number)) + pd.to_timedelta(np.arange(rows) % 24, unit="h")
        y = np.where(x + rng.normal(0, 0.5, rows) > moved, "yes", "no")
        parts.append(pd.DataFrame({"at": at, "x": x, "level": level, "y": y}))
    return pd.concat(parts, ignore_index=True)


def spec_of(folder: Path, table: pd.DataFrame, **changes: Any) -> LifecycleSpec:
    """The model of a stream in a CSV file."""
    path = folder / "stream.csv"
    table.to_csv(path, index=False)
    return LifecycleSpec.model_validate(
        {**SPEC, "source": {"type": "csv", "path": str(path)}, **changes}
    )
