"""Off-policy estimates: what a policy would have earned, from the log of another.

With π the judged policy, p the logged propensity of the logged action a, r its reward and q̂ the
estimated reward of an action, the weight of a row is w = π(a | x) / p, and

| estimate | of n rows | source |
| --- | --- | --- |
| IPS | Σ w r / n | Horvitz, Thompson, JASA 47 (1952) 663-685 |
| SNIPS | Σ w r / Σ w | Swaminathan, Joachims, NeurIPS 2015 |
| DR | Σ (Σₐ π(a) q̂(a) + w (r - q̂)) / n | Dudík et al., ICML 2011; Statistical Science 29 (2014) |
| effective sample size | (Σ w)² / Σ w² | Kish 1965; Owen, Monte Carlo theory (2013), 9.3 |

Each is a ratio of sums over rows, so that one matrix product gives them for all resamples. They map
weights (resamples, units) to values (resamples,). Rows of one slate are one unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.tasks.metrics.classification import ratio
from mlops_assets.tasks.metrics.intervals import Estimates
from mlops_assets.tasks.metrics.logged_decisions import Logged

if TYPE_CHECKING:
    import numpy as np

CLIPPED = 10.0
"""The greatest weight of the clipped estimate."""
HEAVIEST = 200
"""All of so many units are missing from a resample with a probability of e^-200."""


def estimates(o: Logged, formulas: Mapping[str, Formula]) -> Estimates:
    """Those estimates as functions of how often each slate, or row, is drawn.

    Their support is the number of slates: a few say nothing, however many rows they have.
    """
    sums = _Sums(o)
    found = {name: (partial(_evaluate, sums, it), sums.units) for name, it in formulas.items()}
    return Estimates(found, sums.units)


class Totals(NamedTuple):
    """Sums over the drawn rows, each (resamples,)."""

    rows: np.ndarray
    reward: np.ndarray
    weight: np.ndarray
    squared_weight: np.ndarray
    weighted_reward: np.ndarray
    doubly_robust: np.ndarray
    direct: np.ndarray
    clipped: np.ndarray
    unsupported: np.ndarray
    inverse: np.ndarray
    heaviest: np.ndarray
    """The greatest weight, not a sum."""


Formula = Callable[[Totals], "np.ndarray"]

FORMULAS: Mapping[str, Formula] = {
    "value_dr": lambda it: ratio(it.doubly_robust, it.rows),
    "value_snips": lambda it: ratio(it.weighted_reward, it.weight),
    "value_ips": lambda it: ratio(it.weighted_reward, it.rows),
    "value_logged": lambda it: ratio(it.reward, it.rows),
    "lift_dr": lambda it: ratio(it.doubly_robust - it.reward, it.rows),
    "effective_sample_size": lambda it: ratio(it.weight**2, it.squared_weight),
    "mean_weight": lambda it: ratio(it.weight, it.rows),
    "max_weight_share": lambda it: ratio(it.heaviest, it.weight),
    "unsupported_mass": lambda it: ratio(it.unsupported, it.rows),
    "propensity_calibration": lambda it: ratio(it.inverse, it.rows),
}
"""What can be gated, by name; `propensity_calibration` is the mean weight of a uniform policy."""
SHOWN_ONLY: Mapping[str, Formula] = {
    "value_direct": lambda it: ratio(it.direct, it.rows),
    "value_clipped_ips": lambda it: ratio(it.clipped, it.rows),
}
"""Narrow intervals around a biased value, for comparison."""
UNGATED = {
    "value_direct": "the direct method believes its reward model: its interval is narrow and "
    "misses the value where the model is wrong",
    "value_clipped_ips": "clipped weights are biased: the interval is narrow and misses the value",
}
"""Why they cannot be gated."""


@dataclass
class _Sums:
    """The sums of the drawn units; those of the last weights are kept for the next formula."""

    o: Logged
    _weights: np.ndarray | None = None
    _found: Totals | None = None
    _rows: np.ndarray = field(init=False)  # (sums, units): fast to fill, and to multiply with
    _heavy: np.ndarray = field(init=False)
    _heaviest: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        import numpy as np

        o, weight = self.o, self.o.weight
        by_row = (
            np.ones(len(weight)),
            o.reward,
            weight,
            weight**2,
            weight * o.reward,
            o.doubly_robust,
            o.direct,
            np.minimum(weight, CLIPPED) * o.reward,
            _unsupported(o),
            (o.action >= 0) / (len(o.actions) * o.propensity),
        )
        self._rows = np.stack([_by_unit(o.unit, it) for it in by_row])
        greatest = _greatest(o.unit, weight)
        heavy = np.argpartition(-greatest, min(HEAVIEST, len(greatest)) - 1)[:HEAVIEST]
        self._heavy = heavy[np.argsort(-greatest[heavy], kind="stable")]
        self._heaviest = greatest[self._heavy]

    @property
    def units(self) -> int:
        return self._rows.shape[1]

    def of(self, weights: np.ndarray) -> Totals:
        if self._found is None or weights is not self._weights:
            first = (weights[:, self._heavy] > 0).argmax(axis=1)
            totals = [*(weights @ self._rows.T).T, self._heaviest[first]]
            self._weights, self._found = weights, Totals._make(totals)
        return self._found


def _evaluate(sums: _Sums, formula: Formula, weights: np.ndarray) -> np.ndarray:
    return formula(sums.of(weights))


def _unsupported(o: Logged) -> np.ndarray:
    """The probability of actions that the log does not have, (n,)."""
    import numpy as np

    found = np.zeros(len(o.action))
    for is_shown, probability in zip(o.shown, o.probability, strict=True):
        if not is_shown:
            found += probability
    return found


def _by_unit(unit: np.ndarray, values: np.ndarray) -> np.ndarray:
    import numpy as np

    return values if _is_by_row(unit) else np.bincount(unit, values)


def _greatest(unit: np.ndarray, values: np.ndarray) -> np.ndarray:
    import numpy as np

    if _is_by_row(unit):
        return values
    found = np.zeros(unit.max() + 1)
    np.maximum.at(found, unit, values)
    return found


def _is_by_row(unit: np.ndarray) -> bool:
    return int(unit.max()) == len(unit) - 1
