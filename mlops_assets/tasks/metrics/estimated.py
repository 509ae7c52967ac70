"""Estimate a classifier's metrics without labels, from its calibrated probabilities (CBPE).

Each row counts as each class as much as the class is probable, which gives the expected confusion
matrix, and with it every metric: Garg et al. (2022), Leveraging unlabeled data to predict
out-of-distribution performance, ICLR; NannyML's "confidence-based performance estimation".
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from mlops_assets.tasks.metrics.bootstrap import percentile
from mlops_assets.tasks.metrics.calibrated import (
    Calibration,
    class_probabilities,
    drawn_coefficients,
)
from mlops_assets.tasks.metrics.classification import formulas
from mlops_assets.tasks.metrics.labelled import Labelled, labelled
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd

RESAMPLES = 200
CHUNK_CELLS = 150_000
MOST_CELLS, LEAST_ROWS = 20_000, 1_000
"""Intervals of larger days come from evenly spaced rows: a little too wide, and as fast."""


def estimated_metrics(
    predictions: pd.DataFrame, calibration: Calibration, *, positive: object, seed: int
) -> dict[str, Metric]:
    """Every metric expected of predictions whose labels are unknown, with 95 % intervals.

    A good interval covers the metric that the labels show later. So it has the noise of labels and
    rows as well as the uncertainty of the calibration. `support` is the number of rows.
    """
    import numpy as np

    every = _of_each_class(predictions, calibration, positive)
    probable = class_probabilities(calibration, _probability(every, calibration))
    expected = probable.T.reshape(1, -1)
    values = {name: it(every, expected) for name, it in formulas(every).items()}
    draws = _draws(_spaced(predictions, len(calibration.labels)), calibration, positive, seed)
    found = {name: np.concatenate([values[name], *draws[name]]) for name in values}
    return {name: _metric(it, len(predictions)) for name, it in found.items()}


def _of_each_class(
    predictions: pd.DataFrame, calibration: Calibration, positive: object
) -> Labelled:
    """The rows once for each class, as if they were all of it: first all of the first class."""
    import numpy as np
    import pandas as pd

    labels = calibration.labels
    return labelled(
        np.repeat(labels, len(predictions)),
        pd.concat([predictions] * len(labels), ignore_index=True),
        positive=positive,
        labels=labels,
    )


def _probability(every: Labelled, calibration: Calibration) -> np.ndarray:
    """The model's probabilities of the rows, (n, classes)."""
    return every.probability[: len(every.predicted) // len(calibration.labels)]


def _draws(
    predictions: pd.DataFrame, calibration: Calibration, positive: object, seed: int
) -> dict[str, list[np.ndarray]]:
    """Every metric of days like this one, whose labels are drawn."""
    import numpy as np

    every = _of_each_class(predictions, calibration, positive)
    names = formulas(every)
    found: dict[str, list[np.ndarray]] = {name: [] for name in names}
    drawn = _drawn_weights(_probability(every, calibration), calibration, seed)
    while chunk := list(islice(drawn, max(1, CHUNK_CELLS // len(every.predicted)))):
        weights = np.concatenate(chunk)
        for name, formula in names.items():
            found[name].append(formula(every, weights))
    return found


def _drawn_weights(
    probability: np.ndarray, calibration: Calibration, seed: int
) -> Iterator[np.ndarray]:
    """How often each row is drawn as each class, (1, classes × n), once for each resample."""
    import numpy as np

    rng, rows = np.random.default_rng(seed), len(probability)
    for coefficients in drawn_coefficients(calibration, RESAMPLES, rng):
        until = class_probabilities(calibration, probability, coefficients).cumsum(axis=1)
        label = (rng.random((rows, 1)) > until[:, :-1]).sum(axis=1)
        counts = np.bincount(rng.integers(0, rows, size=rows), minlength=rows)
        weights = np.zeros((until.shape[1], rows))
        weights[label, np.arange(rows)] = counts
        yield weights.reshape(1, -1)


def _spaced(predictions: pd.DataFrame, classes: int) -> pd.DataFrame:
    import numpy as np

    most = max(LEAST_ROWS, MOST_CELLS // classes)
    if len(predictions) <= most:
        return predictions
    return predictions.iloc[np.linspace(0, len(predictions) - 1, most).astype(int)]


def _metric(draws: np.ndarray, rows: int) -> Metric:
    value, low, high = float(draws[0]), percentile(draws, 2.5), percentile(draws, 97.5)
    return Metric(value=value, low=min(low, value), high=max(high, value), support=rows)
