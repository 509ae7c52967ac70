"""Whether what a model expects happens: in the mean, and in ten groups of similar scores."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import erfc, pi
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.evaluation.chance import LEVEL, holm, p_text
from mlops_assets.tasks.base import ScoredOutcome, Task
from mlops_assets.tasks.metrics.intervals import Estimates, with_intervals
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    import numpy as np

BINS = 10
ERROR = "calibration_error"
OF_PROBABILITY, OF_NUMBER = "mean_score_minus_base_rate", "mean_prediction_minus_actual"


class Bin(BaseModel):
    """Rows of similar scores: their mean score, and what happened with its 95 % interval."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int
    score: float
    happened: float
    low: float
    high: float


class Calibration(BaseModel):
    """How one score of a model compares with what happened."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="What is expected, such as `probability of yes`.")
    label: str
    is_probability: bool
    rows: int
    mean_score: float
    base_rate: float = Field(description="The share, or mean, of what happened.")
    p_value: float = Field(
        description="Two-sided, of the difference of the two if the scores are right; corrected "
        "for the number of classes (Holm)."
    )
    distance: float = Field(
        description="Mean absolute difference of score and outcome over the bins, as it is (ECE)."
    )
    distance_by_chance: float = Field(
        description="What `distance` is on average for scores that are right, for that many rows."
    )
    bins: tuple[Bin, ...]

    @property
    def differs(self) -> bool:
        """Whether the mean score differs from the base rate by more than chance explains."""
        return self.p_value < LEVEL

    @property
    def sentence(self) -> str:
        """`predicts 16.2 % on average, 15.9 % happened, p = 0.71`."""
        p_value = p_text(self.p_value)
        chance = f"p {p_value}" if p_value.startswith("<") else f"p = {p_value}"
        if self.is_probability:
            said, happened = f"{100 * self.mean_score:.3g} %", f"{100 * self.base_rate:.3g} %"
            return f"predicts {said} on average, {happened} happened, {chance}"
        return f"predicts {self.mean_score:.4g} on average, it was {self.base_rate:.4g}, {chance}"


def calibrations(outcomes: Sequence[ScoredOutcome], task: Task) -> list[Calibration]:
    """The calibration of each score.

    The test of the mean is normal: if all scores are right, the sum of outcomes has the variance of
    independent draws (Spiegelhalter, Statistics in Medicine 5 (1986) 421-433, in the large); of
    numbers, that of their residuals. Rows are taken to be independent.
    """
    corrected = holm([_p_value(it) for it in outcomes])
    return [
        _calibration(it, 1.0 if p is None else p, task)
        for it, p in zip(outcomes, corrected, strict=True)
    ]


def calibration_metrics(outcomes: Sequence[ScoredOutcome], *, seed: int) -> dict[str, Metric]:
    """The metrics that gates can bound, with their intervals.

    `calibration_error` is the root mean square difference of score and outcome over ten bins of
    equal size, without what chance adds to it; of several classes their mean. 0 is perfect, and
    models that are right have 0 within their interval (Kumar, Liang & Ma, NeurIPS 2019; what is
    subtracted grows with the weights, so resamples are not worse than the rows themselves).
    `mean_score_minus_base_rate` (of numbers, `mean_prediction_minus_actual`) is above 0 if the
    model expects too much.
    """
    rows = len(outcomes[0].scores)
    binned = [(bin_of(it.scores), it.scores - it.outcomes) for it in outcomes]
    found = {ERROR: (partial(_mean_error, binned), rows)}
    if len(outcomes) == 1:
        (one,) = outcomes
        name = OF_PROBABILITY if one.is_probability else OF_NUMBER
        found[name] = (partial(_mean, one.scores - one.outcomes), rows)
    return with_intervals(Estimates(found, rows), seed=seed)


def bin_of(scores: np.ndarray) -> np.ndarray:
    """Ten groups of about as many rows, (n,) int from 0; equal scores are in one group."""
    import numpy as np

    edges = np.unique(np.quantile(scores, np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.unique(np.searchsorted(edges, scores, side="left"), return_inverse=True)[1]


def _mean_error(binned: Sequence[tuple[np.ndarray, np.ndarray]], weights: np.ndarray) -> np.ndarray:
    errors = [_error(codes, difference, weights) for codes, difference in binned]
    return sum(errors[1:], errors[0]) / len(errors)


def _error(codes: np.ndarray, difference: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The debiased root mean square difference over bins, for weights (resamples, n)."""
    import numpy as np

    member = np.zeros((len(codes), codes.max() + 1))
    member[np.arange(len(codes)), codes] = 1.0
    rows = np.maximum(weights @ member, 1e-12)
    mean = weights @ (member * difference[:, None]) / rows
    total = np.bincount(codes)
    centred = difference - (np.bincount(codes, weights=difference) / total)[codes]
    spread = centred**2 * (total / np.maximum(total - 1, 1))[codes]
    noise = weights**2 @ (member * spread[:, None]) / rows**2
    square = (rows * (mean**2 - noise)).sum(axis=1) / rows.sum(axis=1)
    return np.maximum(square, 0) ** 0.5


def _mean(difference: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return weights @ difference / weights.sum(axis=1)


def _variances(outcome: ScoredOutcome) -> np.ndarray:
    """The variance of each outcome if the scores are right, (n,)."""
    import numpy as np

    if outcome.is_probability:
        return outcome.scores * (1 - outcome.scores)
    residuals = outcome.outcomes - outcome.scores
    return np.full(len(residuals), residuals.var(ddof=1) if len(residuals) > 1 else 0.0)


def _p_value(outcome: ScoredOutcome) -> float:
    difference = abs(float((outcome.outcomes - outcome.scores).sum()))
    deviation = float(_variances(outcome).sum()) ** 0.5
    if deviation == 0:
        return 1.0 if difference < 1e-9 else 0.0
    return erfc(difference / deviation / 2**0.5)


def _calibration(outcome: ScoredOutcome, p_value: float, task: Task) -> Calibration:
    import numpy as np

    codes = bin_of(outcome.scores)
    rows = np.bincount(codes)
    score, happened = (
        np.bincount(codes, weights=it) / rows for it in (outcome.scores, outcome.outcomes)
    )
    squares = np.bincount(codes, weights=(outcome.outcomes - happened[codes]) ** 2)
    low, high = task.error_interval(happened, (squares / np.maximum(rows - 1, 1)) ** 0.5, rows)
    noise = np.bincount(codes, weights=_variances(outcome)) ** 0.5 * (2 / pi) ** 0.5
    columns = (it.tolist() for it in (rows, score, happened, low, high))
    return Calibration(
        name=outcome.name,
        label=outcome.label,
        is_probability=outcome.is_probability,
        rows=len(codes),
        mean_score=float(outcome.scores.mean()),
        base_rate=float(outcome.outcomes.mean()),
        p_value=p_value,
        distance=float((abs(score - happened) * rows).sum() / len(codes)),
        distance_by_chance=float(noise.sum() / len(codes)),
        bins=tuple(
            Bin(rows=n, score=s, happened=h, low=lo, high=hi)
            for n, s, h, lo, hi in zip(*columns, strict=True)
        ),
    )
