"""95 % bootstrap intervals of metrics, and of the difference of two models on the same rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.tasks.metrics.bootstrap import count_chunks, percentile
from mlops_assets.tasks.metrics.metric import Difference, Metric

if TYPE_CHECKING:
    import numpy as np

OfWeights = Callable[["np.ndarray"], "np.ndarray"]
"""Weights (resamples, units) to values (resamples,); NaN where the metric is undefined."""


@dataclass(frozen=True)
class Estimates:
    """The metrics of some predictions, as functions of how often each unit is drawn.

    `formulas` has each metric with its support, the headline metric first. `units` is the number of
    units to resample: rows, or entities, whose rows stay together.
    """

    formulas: Mapping[str, tuple[OfWeights, int]]
    units: int


def with_intervals(estimates: Estimates, *, seed: int, resamples: int = 400) -> dict[str, Metric]:
    """Every metric with its interval. Above 250,000 units there are fewer resamples.

    The same seed gives the same result (see `bootstrap.resamples_for`).
    """
    functions = {name: formula for name, (formula, _) in estimates.formulas.items()}
    draws = _draws(functions, estimates.units, resamples, seed)
    return {
        name: Metric(**_interval(draws[name]), support=support)
        for name, (_, support) in estimates.formulas.items()
    }


def difference(
    metric: str,
    candidate: Estimates,
    production: Estimates,
    *,
    lower_is_better: bool,
    seed: int,
    resamples: int = 1000,
) -> Difference:
    """How much better the candidate is in `metric`, on the same resamples of the same units."""
    both = [candidate.formulas[metric], production.formulas[metric]]
    functions = {"candidate": both[0][0], "production": both[1][0]}
    draws = _draws(functions, candidate.units, resamples, seed)
    sign = -1 if lower_is_better else 1
    improvement = sign * (draws["candidate"] - draws["production"])
    return Difference(
        metric=metric,
        **_interval(improvement),
        lower_95=percentile(improvement, 5),
        support=min(support for _, support in both),
    )


def _draws(
    functions: Mapping[str, OfWeights], units: int, resamples: int, seed: int
) -> dict[str, np.ndarray]:
    """Evaluate every function on the same resamples; element 0 is the original holdout."""
    import numpy as np

    chunks = [
        [function(weights) for function in functions.values()]
        for weights in count_chunks(units, resamples, seed)
    ]
    return dict(zip(functions, map(np.concatenate, zip(*chunks, strict=True)), strict=True))


def _interval(draws: np.ndarray) -> dict[str, float]:
    return {
        "value": float(draws[0]),
        "low": percentile(draws, 2.5),
        "high": percentile(draws, 97.5),
    }
