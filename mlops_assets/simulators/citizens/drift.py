"""Simulated drift: make a share of a column's values useless."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.simulators.citizens.records import NO_MOBILE, new_year
from mlops_assets.simulators.citizens.registration import COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.simulators.citizens.people import Streams

SHIFTED = tuple(name for name in COLUMNS if name != "registered_on")
DEFAULT_SHARE = 0.5


def drifted(citizens: pd.DataFrame, shift: Mapping[str, float], streams: Streams) -> pd.DataFrame:
    """`citizens` with a share of each column in `shift` missing or a placeholder, half each."""
    for name, share in shift.items():
        _require_possible(name, share)
        random = streams(f"shift {name}")
        hit = random.random(len(citizens)) < share
        made_up = random.random(len(citizens)) < DEFAULT_SHARE
        citizens[name] = citizens[name].mask(hit, _default(citizens[name]).where(made_up))
    return citizens


def _default(values: pd.Series) -> pd.Series:
    """The placeholder that clerks write for an unknown value; missing if there is none."""
    import pandas as pd

    if values.name == "date_of_birth":
        return pd.Series(new_year(values.to_numpy()), values.index).astype(values.dtype)
    usual = NO_MOBILE if values.name == "mobile" else None
    return pd.Series(usual, values.index, dtype=object)


def _require_possible(name: str, share: float) -> None:
    if name not in SHIFTED:
        raise InputError(
            seen=f"shift of {name!r}, not a column that can shift{nearest(name, list(SHIFTED))}",
            expected=f"one of {list(SHIFTED)}",
            todo="correct the name under `shift`",
        )
    if not 0 <= share <= 1:
        raise InputError(
            seen=f"shift of {name!r} by {share}",
            expected="the share of rows to make useless, from 0 to 1",
            todo="correct the number under `shift`",
        )
