"""An interval that holds at every look, so that an experiment may stop at any of them."""

from __future__ import annotations

from typing import Any

ALPHA = 0.05
Numbers = Any
"""A number, or an array of them."""


def radius(n: Numbers, variance: Numbers, planned: float, alpha: float = ALPHA) -> Numbers:
    """Half the width, at `n` observations, of a 1 − alpha confidence sequence of a mean.

    The mean of numbers with this variance stays within it at all n at once, asymptotically: the
    normal mixture of Robbins (1970), as the asymptotic confidence sequence of Waudby-Smith,
    Arbour, Sinha, Kennedy and Ramdas (2021), "Time-uniform central limit theory and asymptotic
    confidence sequences", and Howard, Ramdas, McAuliffe and Sekhon (2021), "Time-uniform,
    nonparametric, nonasymptotic confidence sequences". It is narrowest near `planned`.
    """
    import numpy as np

    r2 = (-2 * np.log(alpha) + np.log(1 - 2 * np.log(alpha))) / planned
    scale = n * r2 + 1
    return np.sqrt(variance * scale / (n**2 * r2) * np.log(scale / alpha**2))


def effective(n1: Numbers, variance1: Numbers, n2: Numbers, variance2: Numbers) -> Numbers:
    """The size of two equal arms whose difference has the standard error of these two."""
    return (variance1 + variance2) / (variance1 / n1 + variance2 / n2)


def planned_size(units: float, share: float) -> float:
    """The effective size of an arm when `units` are split by `share`."""
    return 2 * units * share * (1 - share)
