"""Infer the task from the target of a user's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION

if TYPE_CHECKING:
    import pandas as pd

MOST_CODES, ROWS_A_CODE = 10, 5


def infer_task(present: pd.Series) -> Task:
    """Regression for quantities; classification for labels, flags and numeric codes.

    Numbers are codes if there are only two distinct values, or if they are whole, at most ten are
    distinct and each has five rows on average.
    """
    from pandas.api import types

    if types.is_bool_dtype(present) or not types.is_numeric_dtype(present):
        return CLASSIFICATION
    distinct = present.nunique()
    few = distinct <= MOST_CODES and distinct * ROWS_A_CODE <= len(present)
    codes = few and bool(present.mod(1).eq(0).all())
    return CLASSIFICATION if codes or distinct == 2 else REGRESSION
