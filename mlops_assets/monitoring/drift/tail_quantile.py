"""Estimate an extreme quantile of a score from a few thousand draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

TOP = 200


def upper_quantile(draws: np.ndarray, level: float) -> float:
    """The value exceeded with probability `level`, which may be below 1 / len(draws).

    A generalised Pareto tail is fitted to the squares of the `TOP` largest draws by
    probability-weighted moments (Hosking and Wallis 1987). A squared distance between two samples
    has about an exponential tail (shape 0), so a fitted tail may be heavier, but not lighter.
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
