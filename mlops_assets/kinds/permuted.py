"""Permutation importance by any error, for models that scikit-learn's does not know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mlops_assets.features.dataset import Dataset

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS, REPEATS = 1_000, 3
Errors = Callable[[Dataset], Callable[["pd.DataFrame"], float]]
"""Of some rows: the mean error of predictions for features in their place."""


def importance(dataset: Dataset, errors: Errors, *, seed: int) -> pd.DataFrame:
    """Rise of the error when a column is shuffled: `feature`, `importance`, `spread`.

    On at most 1,000 rows with three shuffles per column; Breiman, Machine Learning 45 (2001), 5-32.
    """
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    few = dataset.take(rng.permutation(len(dataset))[:MOST_ROWS])
    rows, error = few.features[few.columns.names], errors(few)
    base, found = error(rows), []
    for name in map(str, rows):
        shuffled = (rng.permutation(rows[name].to_numpy()) for _ in range(REPEATS))
        risen = [error(rows.assign(**{name: it})) - base for it in shuffled]
        found.append((name, float(np.mean(risen)), float(np.std(risen))))
    table = pd.DataFrame(found, columns=["feature", "importance", "spread"])
    return table.sort_values("importance", ascending=False, kind="stable", ignore_index=True)
