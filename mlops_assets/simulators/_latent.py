"""What simulators of tables share: random streams, latent variables, drift to order."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Mapping
from datetime import date
from itertools import accumulate
from statistics import NormalDist
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest

if TYPE_CHECKING:
    import numpy as np

# One random stream per purpose, so that the first rows stay the same when more are requested.
Streams = Callable[[str], "np.random.Generator"]


def streams_of(seed: int, day: date | None) -> Streams:
    """The random streams of a seed and day, by purpose."""
    import numpy as np

    today = day.toordinal() if day else 0

    def streams(purpose: str) -> np.random.Generator:
        return np.random.default_rng([seed, today, zlib.crc32(purpose.encode())])

    return streams


def ids(prefix: str, rows: int, seed: int, day: date | None) -> list[str]:
    """Ids that differ between days and between seeds, such as `P7-20260105-0000001`."""
    label = f"{prefix}{seed}-{day:%Y%m%d}" if day else f"{prefix}{seed}-0"
    return [f"{label}-{row:07d}" for row in range(rows)]


def mixed(correlation: float, cause: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """A standard normal variable with that correlation to `cause`, which is standard normal too."""
    return correlation * cause + (1 - correlation**2) ** 0.5 * noise


def coded(shares: Mapping, latent: np.ndarray) -> np.ndarray:
    """Discretize `latent` (about standard normal) into codes with these shares, lowest first."""
    import numpy as np

    bounds = [NormalDist().inv_cdf(share) for share in list(accumulate(shares.values()))[:-1]]
    return np.array(list(shares))[np.searchsorted(bounds, latent)]


def to_rarest(
    name: str, values: np.ndarray, shares: Mapping, amount: float, streams: Streams
) -> np.ndarray:
    """Give that share of the rows the rarest code."""
    import numpy as np

    rarest = min(shares, key=shares.__getitem__)
    return np.where(streams(f"shift {name}").random(len(values)) < amount, rarest, values)


def drawn(logit: np.ndarray, inverted: float, streams: Streams) -> np.ndarray:
    """0 or 1 by a logistic model, with a share of the rows `inverted` (concept drift)."""
    import numpy as np

    happened = streams("target").random(len(logit)) < 1 / (1 + np.exp(-logit))
    wrong = streams("shift target").random(len(logit)) < inverted
    return (happened ^ wrong).astype("int64")


def require_possible(
    shift: Mapping[str, float], columns: Collection[str], numeric: Collection[str]
) -> None:
    """Raise `InputError` for another column, or a share outside 0 to 1."""
    for name, amount in shift.items():
        if name not in columns:
            raise InputError(
                seen=f"shift of {name!r}, which is not a column{nearest(name, list(columns))}",
                expected=f"one of {list(columns)}",
                todo="correct the name under `shift`",
            )
        if name not in numeric and not 0 <= amount <= 1:
            raise InputError(
                seen=f"shift of {name!r} by {amount}",
                expected="the share of rows to change, from 0 to 1",
                todo="correct the number under `shift`",
            )
