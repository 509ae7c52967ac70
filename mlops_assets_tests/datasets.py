"""Datasets of a target alone, to judge predictions that were made by hand."""

import pandas as pd

from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset


def dataset_of_target(target: object, positive: str | int | None = None) -> Dataset:
    """Rows without features."""
    known = target if isinstance(target, pd.Series) else pd.Series(target)
    return Dataset(pd.DataFrame(index=known.index), Columns(), known, positive=positive)
