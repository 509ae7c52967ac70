"""The holdout of a binary classifier at many thresholds, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from mlops_assets.tasks.metrics.bootstrap import count_chunks, percentile
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets.tasks.metrics.thresholds import (
    Confusion,
    between,
    confusion_at,
    cost,
    f1,
    precision,
    recall,
)

if TYPE_CHECKING:
    import numpy as np

    from mlops_assets.tasks.metrics.labelled import Labelled

MOST, RESAMPLES = 100, 400


@dataclass(frozen=True)
class ThresholdScan:
    """Scores by threshold, and at the decisions that the model made.

    `curves` has the value and both ends of the 95 % interval of each score, (thresholds,).
    """

    chosen: Mapping[str, float]
    costs: str
    thresholds: np.ndarray
    curves: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
    decided: Mapping[str, Metric]

    def document(self) -> dict[str, Any]:
        """As JSON values; NaN, where a score is undefined, as None."""
        curves = {
            name: dict(zip(("value", "low", "high"), map(_plain, it), strict=True))
            for name, it in self.curves.items()
        }
        return {
            "chosen": dict(self.chosen),
            "costs": self.costs,
            "decided": {name: it.model_dump(mode="json") for name, it in self.decided.items()},
            "thresholds": self.thresholds.tolist(),
            "curves": curves,
        }


def scan(
    o: Labelled, chosen: Mapping[str, float], costs: tuple[float, float], *, seed: int
) -> ThresholdScan:
    """The scores at up to 100 thresholds between the probabilities of n rows, and as decided.

    `costs` are those of a false positive and of a false negative.
    """
    import numpy as np

    score, actual = o.probability[:, o.positive], o.ground_truth == o.positive
    tried = np.unique([*between(score, MOST), *chosen.values()])
    formulas = {"precision": precision, "recall": recall, "f1": f1, "cost": _cost(costs)}
    draws: dict[str, list[np.ndarray]] = {name: [] for name in formulas}
    decided: dict[str, list[np.ndarray]] = {name: [] for name in formulas}
    predicted, half = (o.predicted == o.positive).astype("float64"), np.array([0.5])
    for weights in count_chunks(len(score), RESAMPLES, seed):
        at_each = confusion_at(tried, score, actual, weights)
        at_decision = confusion_at(half, predicted, actual, weights)
        for name, formula in formulas.items():
            draws[name].append(formula(at_each))
            decided[name].append(formula(at_decision)[:, 0])
    return ThresholdScan(
        chosen,
        f"Cost: {costs[0]:g} for a false positive, {costs[1]:g} for a false negative",
        tried,
        {name: _band(np.concatenate(it)) for name, it in draws.items()},
        {name: _metric(np.concatenate(it), len(score)) for name, it in decided.items()},
    )


def _cost(costs: tuple[float, float]):
    return partial(_cost_of, costs=costs)


def _cost_of(o: Confusion, costs: tuple[float, float]) -> np.ndarray:
    return cost(o, *costs)


def _band(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    import numpy as np

    ends = [[percentile(each, at) for each in draws.T] for at in (2.5, 97.5)]
    return draws[0], np.array(ends[0]), np.array(ends[1])


def _metric(draws: np.ndarray, support: int) -> Metric:
    low, high = percentile(draws, 2.5), percentile(draws, 97.5)
    return Metric(value=float(draws[0]), low=low, high=high, support=support)


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(it) if it == it else None for it in values]
