"""Evidently and NannyML at their defaults on shifted blocks: is any column drifted?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.loop.evidently_day import dataset, preset
from benchmarks.loop.nannyml_python import run_nannyml
from benchmarks.placebo.shifted import SHIFTS, Case
from benchmarks.placebo.world import blocks

if TYPE_CHECKING:
    import pandas as pd

EVERY = 4
"""Evidently takes every fourth block, because it takes a second for each."""


def evidently(case: Case) -> list[str]:
    """The share of blocks with a drifted column, by shift of the first column."""
    known, column = dataset(case.before, case.columns), case.shifted[0]
    shares = []
    for shift in SHIFTS:
        days = case.moved(column, shift)[::EVERY]
        seen = [preset(known, dataset(day, case.columns)).columns > 0 for day in days]
        shares.append(f"{np.mean(seen):.0%}")
    return shares


def nannyml(case: Case, folder: Path, python: str) -> list[str]:
    """The same; each block is a chunk, in the reference as well. `python` is NannyML's."""
    import pandas as pd

    paths, names = (folder / "reference.parquet", folder / "blocks.parquet"), case.columns.names
    _dated([*blocks(case.before, case.unit)])[[*names, "block"]].to_parquet(paths[0])
    moved = [_dated(case.moved(case.shifted[0], it)).assign(case=it) for it in SHIFTS]
    pd.concat(moved)[[*names, "block", "case"]].to_parquet(paths[1])
    shares = run_nannyml("power_nannyml", *paths, python=python)["shares"]
    return [f"{shares[str(shift)]:.0%}" for shift in SHIFTS]


def _dated(days: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    dates = pd.date_range("2000-01-01", periods=len(days))
    dated = [it.assign(block=date) for it, date in zip(days, dates, strict=True)]
    return pd.concat(dated, ignore_index=True)
