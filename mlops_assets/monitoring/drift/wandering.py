"""How much wider a bound has to be because days follow each other.

The reference's days show how far one of them lies from the others. A live day lies further away if
the level wanders slowly, because all reference days then have seen the same part of its way, and if
there are few of them. Each series of block means is read as a slow part, an AR(1) process with the
correlation ρ from block to block, and independent noise. All pairs of ρ and of the slow part's
share of the variance count as much as Whittle's likelihood of the series says.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

CORRELATIONS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
SLOW_SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
NEGLIGIBLE = 1e-6
STEPS = 60


class Processes(NamedTuple):
    """Processes of one length, a row each: expected periodogram, degrees of freedom, widening.

    `degrees` are those of the variance within the series, and `wider` is how much larger the
    standard deviation of a distant day from the series' mean is than within the series.
    """

    spectrum: np.ndarray
    degrees: np.ndarray
    wider: np.ndarray


def widening(series: np.ndarray, level: float) -> float:
    """The factor, at least 1, by which a bound at `level` grows; `series` is (blocks,), in order.

    Near 1 for hundreds of unrelated days, 3 or more for a level that wanders over the whole time.
    """
    import numpy as np

    centred = series - series.mean()
    if len(series) < 3 or not np.any(np.abs(centred) > 1e-12 * (1 + np.abs(series).max())):
        return 1.0
    processes = _processes(len(series))
    power = np.abs(np.fft.rfft(centred))[1 : len(series) // 2 + 1] ** 2 / len(series)
    scale = (power / processes.spectrum).mean(axis=1)
    likelihood = -np.log(processes.spectrum).sum(axis=1) - power.size * np.log(scale)
    weights = np.exp(likelihood - likelihood.max())
    weights /= weights.sum()
    kept = weights > NEGLIGIBLE
    return _quantile_ratio(weights[kept], processes.degrees[kept], processes.wider[kept], level)


def _quantile_ratio(
    weights: np.ndarray, degrees: np.ndarray, wider: np.ndarray, level: float
) -> float:
    """The quantile of a mixture of scaled t distributions, relative to the normal one."""
    from math import sqrt

    from scipy.special import ndtri, stdtr

    low, high = 1.0, 1e6
    for _ in range(STEPS):
        middle = sqrt(low * high)
        beyond = float(weights @ (2 * stdtr(degrees, -middle / wider)))
        low, high = (middle, high) if beyond > level else (low, middle)
    return max(1.0, high / -float(ndtri(level / 2)))


@lru_cache(maxsize=16)
def _processes(length: int) -> Processes:
    import numpy as np

    noise = _of_noise(length)
    found = [noise]
    for correlation in CORRELATIONS:
        slow = _of_slow(length, correlation)
        found += [_mixed(slow, share, length) for share in SLOW_SHARES]
    spectrum, degrees, wider = zip(*found, strict=True)
    return Processes(np.array(spectrum), np.array(degrees), np.array(wider))


def _of_noise(length: int) -> tuple[np.ndarray, float, float]:
    import numpy as np

    spectrum = np.ones(length // 2)
    return spectrum, length - 1.0, float(np.sqrt((1 + 1 / length) / (1 - 1 / length)))


def _of_slow(length: int, correlation: float) -> tuple[np.ndarray, float, float, float]:
    """Of an AR(1) process: expected periodogram, variance of the mean, tr M and tr M².

    M is the covariance of the values after their mean has been subtracted.
    """
    import numpy as np

    lags = np.arange(length)
    covariance = correlation ** lags.astype(float)
    weighted = (1 - lags / length) * covariance
    transform = 2 * np.fft.rfft(weighted).real - 1
    sums = np.convolve(np.r_[covariance[:0:-1], covariance], np.ones(length), "valid")
    of_mean = sums.mean() / length
    squares = length + 2 * float(((length - lags[1:]) * covariance[1:] ** 2).sum())
    trace = length - length * of_mean
    trace_squared = squares - 2 * float(sums @ sums) / length + (length * of_mean) ** 2
    return transform[1 : length // 2 + 1], of_mean, trace, trace_squared


def _mixed(
    slow: tuple[np.ndarray, float, float, float], share: float, length: int
) -> tuple[np.ndarray, float, float]:
    import numpy as np

    spectrum, of_mean, trace, trace_squared = slow
    rest = 1 - share
    total = share * trace + rest * (length - 1)
    squares = share**2 * trace_squared + 2 * share * rest * trace + rest**2 * (length - 1)
    mean = share * of_mean + rest / length
    wider = float(np.sqrt((1 + mean) / (1 - mean)))
    return share * spectrum + rest, total**2 / squares, wider
