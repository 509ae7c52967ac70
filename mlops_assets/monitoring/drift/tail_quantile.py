"""The value that a score exceeds with a small probability, from a few thousand draws of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

TOP = 200


def upper_quantile(draws: np.ndarray, level: float) -> float:
    """What a draw exceeds with probability `level`, also where that is below 1 / len(draws).

    The squares of the `TOP` greatest draws get a generalised Pareto tail by probability-weighted
    moments (Hosking and Wallis 1987). The square of a distance between two samples has about an
    exponential tail, which is shape 0; a lighter tail is not believed, a heavier one is.
    """
    import numpy as np

    squares = np.sort(np.square(draws))
    if level * len(draws) >= TOP:
        return float(np.sqrt(np.quantile(squares, 1 - level)))
    start, over = squares[-TOP - 1], squares[-TOP:] - squares[-TOP - 1]
    mean = float(over.mean())
    if mean == 0:
        return float(np.sqrt(start))
    weighted = float((over * np.arange(TOP - 0.5, 0, -1) / TOP).mean())
    shape = min(max(2 - mean / (mean - 2 * weighted), 0.0), 0.5)
    times = TOP / (level * len(draws))
    growth = np.log(times) if shape < 1e-6 else (times**shape - 1) / shape
    return float(np.sqrt(start + mean * (1 - shape) * growth))
