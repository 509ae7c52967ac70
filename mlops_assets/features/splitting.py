"""Split rows into training and holdout, so that a row never changes sides between retrains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mlops_assets.errors import InputError
from mlops_assets.features.columns import require_columns
from mlops_assets.features.dates import to_date
from mlops_assets.features.row_hash import row_hashes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Block = Literal["hour", "day", "week", "month"]


class Split(BaseModel):
    """The holdout: a share of the identities, whole blocks of time, or what shares no value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    holdout: float = Field(
        default=0.2, ge=0.05, le=0.5, description="Share of the rows to hold out for evaluation."
    )
    by: Literal["identity", "time"] | None = Field(
        default=None,
        description="How rows are assigned to training or holdout: by a hash of their identity, or "
        "by blocks of time. Default: time if there is a `timestamp`, else identity.",
    )
    block: Block = Field(
        default="day",
        description="Length of a block for a split by time, in UTC where times have a time zone; "
        "the rows of a block stay together.",
    )
    apart: list[str] = Field(
        default_factory=list,
        description="Columns of which no value is both in training and holdout, such as [job_id, "
        "candidate_id]. `holdout` is the share of the values of the first one, whose rows are all "
        "held out; rows to train on that share another value with them are left out.",
    )

    @model_validator(mode="after")
    def _values_are_apart_by_their_hash(self) -> Split:
        if self.apart and self.by == "time":
            raise InputError(
                seen=f"`split` by time, and {self.apart} `apart`",
                expected="one of the two",
                todo="remove `by: time`, or `apart`",
            )
        return self

    def way(self, timestamp: str | None) -> Literal["identity", "time", "apart"]:
        """How rows are assigned to their side."""
        if self.apart:
            return "apart"
        return self.by or ("time" if timestamp else "identity")


def groups(
    table: pd.DataFrame,
    split: Split,
    *,
    identity: list[str],
    timestamp: str | None,
    target: str | None,
) -> pd.Series:
    """What the split keeps together, int64: the hash of a row's identity, or its block's index.

    By identity, it depends on the values of `identity` alone (if not given: of all columns but the
    target, so set `identity` if columns may be added). Of columns that are kept apart, it is the
    hash of the first. Raises `InputError` if a column or timestamp is missing.
    """
    import pandas as pd

    way = split.way(timestamp)
    if way == "time":
        found = _block_index(_timestamps(table, timestamp), split.block)
    elif way == "apart":
        found = _identity_hashes(table, split.apart[:1], target).view("int64")
    else:
        found = _identity_hashes(table, identity, target).view("int64")
    return pd.Series(found, index=table.index, name="group")


def held_out(groups: pd.Series, split: Split, timestamp: str | None) -> pd.Series:
    """Mark the holdout rows by their groups: a boolean series with the same index.

    Raises `InputError` if a side has no rows. Of blocks of time, block i since 1970 is held out if
    floor((i + 1) share) > floor(i share). This spreads the holdout evenly, and a block keeps its
    side however many follow it.
    """
    import numpy as np
    import pandas as pd

    by, index = split.way(timestamp), groups.to_numpy()
    if by == "time":
        held = np.floor((index + 1) * split.holdout) > np.floor(index * split.holdout)
    else:
        held = index.view("uint64") < _threshold(split.holdout)
    _require_both_sides(held, split, by)
    return pd.Series(held, index=groups.index, name="holdout", dtype=bool)


def folds(groups: pd.Series, count: int) -> np.ndarray:
    """The fold of each row, (rows,) int from 0 to `count` - 1: every `count`-th group in order.

    Raises `InputError` if there are fewer groups than folds.
    """
    import pandas as pd

    codes, distinct = pd.factorize(groups, sort=True)
    if len(distinct) < count:
        raise InputError(
            seen=f"{len(distinct)} identities or blocks of time in {len(groups)} training rows",
            expected=f"at least {count}, one for each fold",
            todo="add rows, choose a shorter `split.block`, or ask for fewer folds",
        )
    return codes % count


def left_out(table: pd.DataFrame, held: pd.Series, split: Split) -> pd.Series:
    """Mark the rows to train on that share a value with a held-out row, as booleans.

    A value of the columns `split.apart`; a missing one is shared with nobody. `held` marks the
    holdout, which stays as it is: a row never moves from there to training, but a training row is
    left out once a value of it is held out. Raises `InputError` if a column is missing, or if
    nothing is left to train on.
    """
    import numpy as np
    import pandas as pd

    require_columns(table, split.apart)
    shared = np.zeros(len(table), dtype=bool)
    for name in split.apart[1:]:
        values, known = row_hashes([table[name]], len(table), exact=False), table[name].notna()
        shared |= np.isin(values, values[held & known]) & known.to_numpy()
    if len(table) and (held | shared).all():
        raise InputError(
            seen=f"all {len(table)} rows are held out, or share one of {split.apart[1:]} with a "
            "row that is",
            expected="rows to train on",
            todo="lower `split.holdout`, or keep fewer columns `apart`",
        )
    return pd.Series(shared & ~held.to_numpy(), index=table.index, name="left_out")


def row_order(table: pd.DataFrame, identity: list[str], target: str | None) -> np.ndarray:
    """Positions that sort the rows by their content alone.

    By identity first, so that a corrected value does not move its row; identical rows may swap
    places.
    """
    import numpy as np

    columns = [table[name] for name in sorted(table.columns, key=str)]
    everything = row_hashes(columns, len(table), exact=False)
    return np.lexsort((everything, _identity_hashes(table, identity, target)))


def _identity_hashes(table: pd.DataFrame, identity: list[str], target: str | None) -> np.ndarray:
    names = identity or sorted((name for name in table.columns if name != target), key=str)
    require_columns(table, identity)
    return row_hashes([table[name] for name in names], len(table), exact=False)


def _threshold(share: float) -> np.uint64:
    import numpy as np

    return np.uint64(int(share * 2**64))


def _timestamps(table: pd.DataFrame, timestamp: str | None) -> pd.Series:
    if timestamp is None:
        raise InputError(
            seen="split by time, but no timestamp column is set",
            expected="`timestamp: <column>`",
            todo="set `timestamp` in defs.yaml, or `split: {by: identity}`",
        )
    require_columns(table, [timestamp])
    times = to_date(table[timestamp])
    if times.isna().any():
        raise InputError(
            seen=f"{int(times.isna().sum())} of {len(times)} rows have no {timestamp!r}",
            expected="a timestamp in every row, to split by time",
            todo="fill or drop these rows in the source, or set `split: {by: identity}`",
        )
    return times


def _block_index(times: pd.Series, block: Block) -> np.ndarray:
    """The index of each row's block since 1970; weeks begin on Monday."""
    days = times.to_numpy().astype("datetime64[D]").astype("int64")
    if block == "week":
        return (days + 3) // 7  # 1970 began on a Thursday
    unit = {"hour": "h", "day": "D", "month": "M"}[block]
    return times.to_numpy().astype(f"datetime64[{unit}]").astype("int64")


def _require_both_sides(held: np.ndarray, split: Split, by: str) -> None:
    if held.any() and not held.all():
        return
    side = "held out" if len(held) and held.all() else "used for training"
    cause, todo = (
        (
            f"by {split.block}",
            "add rows from more days, choose a smaller `split.block`, or split by identity",
        )
        if by == "time"
        else (
            f"by {by if by == 'identity' else split.apart[0]}",
            "add rows, or choose columns for `identity` that differ between rows"
            if by == "identity"
            else "add rows, or keep a column `apart` that differs between rows",
        )
    )
    raise InputError(
        seen=f"split {cause} with a share of {split.holdout:g}, all {len(held)} rows are {side}",
        expected="rows on both sides",
        todo=todo,
    )
