"""A day of predictions whose labels arrive over days, for all rows alike or for one class first."""

from typing import NamedTuple

import numpy as np
import pandas as pd

DAILY, FIRST = 0.05, 0.4
"""Share of the outstanding labels that come in a day, and of the class that comes first."""


class ScoredRows(NamedTuple):
    """All labels of a day, and its predictions."""

    ground_truth: pd.Series
    predictions: pd.DataFrame

    def arrived(self, age: int, *, first: int | None = None, seed: int = 0) -> pd.Series:
        """The labels that have come after `age` days, counted from 0.

        The waiting time is geometric; labels of the class `first`, such as chargebacks, come
        faster.
        """
        rate = np.where(self.ground_truth == first, FIRST, DAILY)
        waited = np.random.default_rng([seed, 1]).geometric(rate) - 1
        return self.ground_truth[waited <= age]


def scored_rows(rows: int, *, seed: int, wrong: float = 0.0) -> ScoredRows:
    """A calibrated score with a ROC AUC of about 0.87; of a share `wrong` the label is random."""
    draw = np.random.default_rng(seed)
    score = draw.beta(0.6, 1.4, rows)
    happened = draw.random(rows) < score
    happened = np.where(draw.random(rows) < wrong, draw.random(rows) < 0.3, happened)
    said = {"prediction": (score > 0.5).astype(int), "probability_0": 1 - score}
    predictions = pd.DataFrame(said | {"probability_1": score})
    return ScoredRows(pd.Series(happened.astype(int), name="y"), predictions)
