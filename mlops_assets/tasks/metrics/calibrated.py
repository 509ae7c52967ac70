"""Calibrate a classifier's probabilities, with the uncertainty of the calibration.

Beta calibration (Kull, Silva Filho and Flach, 2017): the log odds of a class are a linear function
of ln p and -ln(1 - p), where p is the model's probability; (1, 1, 0) leaves it as it is. It keeps
the order of the scores nearly always, and needs far fewer rows than isotonic regression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.tasks.metrics.labelled import Labelled

if TYPE_CHECKING:
    import numpy as np

LEAST_ROWS, LEAST_OF_CLASS = 30, 5
MOST_CLASSES = 50
NO_CHANGE = (1.0, 1.0, 0.0)
PRIOR_DEVIATION = 2.0
"""Of a normal prior around no change: few rows change little, and a perfect model stays finite."""
LEAST_CLIP, MOST_CLIP = 1e-6, 0.02


class ClassCalibration(BaseModel):
    """The calibration of one class: three coefficients and their covariance."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    clip: float = Field(description="The least distance of a probability from 0 and 1.")
    coefficients: tuple[float, float, float]
    covariance: tuple[tuple[float, float, float], ...]


class Calibration(BaseModel):
    """The calibration of a version, fitted on its holdout; small enough to be stored with it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int = Field(description="Held-out rows that it was fitted on.")
    labels: tuple[str, ...] = Field(default=(), description="Every class, in order.")
    classes: tuple[ClassCalibration, ...] = Field(
        default=(), description="The positive one of two classes, or each of several."
    )
    why_none: str = Field(
        default="", description="Why there is no calibration; empty if there is one."
    )


def calibrated(o: Labelled, weights: np.ndarray | None = None) -> Calibration:
    """Fit the calibration on held-out rows; `weights` (n,) may say how much each row counts.

    With too few rows, too many classes or no probabilities, the result says why there is none.
    """
    import numpy as np

    rows, sizes = len(o.ground_truth), o.class_sizes()
    if why := _why_none(o, rows, int(min(sizes, default=0))):
        return Calibration(rows=rows, why_none=why)
    weights = np.ones(rows) if weights is None else weights
    codes = [o.positive] if len(o.labels) == 2 else range(len(o.labels))
    return Calibration(
        rows=rows,
        labels=tuple(o.labels),
        classes=tuple(
            _fitted(o.labels[code], o.probability[:, code], o.ground_truth == code, weights)
            for code in codes
        ),
    )


def _why_none(o: Labelled, rows: int, fewest: int) -> str:
    if not o.probability.size:
        return "the model gives no probabilities"
    if not 2 <= len(o.labels) <= MOST_CLASSES:
        return f"there are {len(o.labels)} classes, and 2 to {MOST_CLASSES} can be estimated"
    if rows < LEAST_ROWS:
        return f"the holdout has {rows} labelled rows, and {LEAST_ROWS} are needed"
    if len(o.labels) == 2 and fewest < LEAST_OF_CLASS:
        return f"the holdout has {fewest} rows of one class, and {LEAST_OF_CLASS} are needed"
    return ""


def _fitted(
    label: str, probability: np.ndarray, actual: np.ndarray, weights: np.ndarray
) -> ClassCalibration:
    """Maximise the posterior; the covariance is that of its normal approximation (Laplace)."""
    import numpy as np
    from scipy.optimize import minimize

    clip = _clip(probability)
    inputs, start = _inputs(probability, clip), np.array(NO_CHANGE)
    scale = float(weights.sum())
    pull = np.eye(3) / PRIOR_DEVIATION**2

    def loss(coefficients: np.ndarray) -> tuple[float, np.ndarray]:
        odds, away = inputs @ coefficients, coefficients - start
        value = weights @ (np.logaddexp(0, odds) - actual * odds) + away @ pull @ away / 2
        slope = inputs.T @ (weights * (_share(odds) - actual)) + pull @ away
        return float(value) / scale, slope / scale

    found = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-8}).x
    fitted = _share(inputs @ found)
    curvature = (inputs * (weights * fitted * (1 - fitted))[:, None]).T @ inputs + pull
    covariance = np.linalg.inv(curvature)
    return ClassCalibration(
        label=label,
        clip=clip,
        coefficients=tuple(found.tolist()),
        covariance=tuple(map(tuple, covariance.tolist())),
    )


def _clip(probability: np.ndarray) -> float:
    """Half of the least distance from 0 and 1 that is none: what 0 and 1 are taken as.

    A forest says 0 where no tree disagrees, and its logarithm would decide the whole fit.
    """
    import numpy as np

    distance = np.minimum(probability, 1 - probability)
    least = distance[distance > 0].min(initial=1.0) / 2
    return float(np.clip(least, LEAST_CLIP, MOST_CLIP))


def class_probabilities(
    calibration: Calibration, probability: np.ndarray, coefficients: np.ndarray | None = None
) -> np.ndarray:
    """The calibrated probability of each class, (n, classes), from the model's (n, classes).

    `coefficients` (calibrated classes, 3) replace those of `calibration`, such as drawn ones.
    """
    import numpy as np

    if coefficients is None:
        coefficients = np.array([it.coefficients for it in calibration.classes])
    codes = [calibration.labels.index(it.label) for it in calibration.classes]
    shares = [
        _share(_inputs(probability[:, code], it.clip) @ own)
        for code, it, own in zip(codes, calibration.classes, coefficients, strict=True)
    ]
    if len(codes) == 1:
        both = [1 - shares[0], shares[0]]
        return np.column_stack(both if codes[0] == 1 else both[::-1])
    every = np.column_stack(shares)
    return every / every.sum(axis=1, keepdims=True)


def drawn_coefficients(calibration: Calibration, count: int, rng: np.random.Generator):
    """Coefficients as uncertain as the fit left them, (count, calibrated classes, 3)."""
    import numpy as np

    drawn = [
        rng.multivariate_normal(it.coefficients, np.array(it.covariance), size=count)
        for it in calibration.classes
    ]
    return np.stack(drawn, axis=1)


def _inputs(probability: np.ndarray, clip: float) -> np.ndarray:
    """Ln p, -ln(1 - p) and 1 of each row, (n, 3)."""
    import numpy as np

    p = probability.clip(clip, 1 - clip)
    return np.column_stack([np.log(p), -np.log1p(-p), np.ones(len(p))])


def _share(odds: np.ndarray) -> np.ndarray:
    from scipy.special import expit

    return expit(odds)
