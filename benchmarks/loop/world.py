"""Simulated patients: the training rows of a version, and the following days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING

import yaml

from benchmarks.checkout import MODEL, ROOT, defs_folder
from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.table_profile import TableProfile, build_profile
from mlops_assets.simulators.heart_disease import simulate

if TYPE_CHECKING:
    import pandas as pd

SIZES = (50, 200, 1_000, 5_000)
"""Rows per day."""
TRAINING_ROWS = 10_000
BLOCK_ROWS = 50_000
FIRST_DAY = date(2026, 1, 1)


def columns() -> Columns:
    """The 13 columns that heart_disease learns from."""
    given = yaml.safe_load((defs_folder(ROOT) / MODEL / "defs.yaml").read_text(encoding="utf-8"))
    return Columns.model_validate(given["attributes"]["columns"])


def trained_on(seed: int, shift: Mapping[str, float] | None = None) -> TableProfile:
    """The reference of a version trained in a drifted world or not."""
    return build_profile(simulate(TRAINING_ROWS, seed=seed, shift=shift), columns())


def day(index: int) -> date:
    """The day with this number."""
    return FIRST_DAY + timedelta(days=index)


def tables(
    rows: int, *, seed: int, shift: Mapping[str, float] | None = None
) -> Iterator[pd.DataFrame]:
    """An endless series of days with `rows` rows each, simulated in batches in bounded memory."""
    held = max(1, BLOCK_ROWS // rows)
    for block in count():
        many = simulate(held * rows, seed=seed, day=day(block), shift=shift)
        for start in range(0, len(many), rows):
            yield many.iloc[start : start + rows]
