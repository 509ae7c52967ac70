"""Hold rows out for evaluation, in a way that never moves a row from one side to the other."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.errors import InputError
from mlops_assets.features.columns import require_columns, to_date
from mlops_assets.features.row_hash import row_hashes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Block = Literal["hour", "day", "week", "month"]


class Split(BaseModel):
    """Which rows are held out: a share of the identities, or whole blocks of time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    holdout: float = Field(default=0.2, ge=0.05, le=0.5, description="Share of the rows.")
    by: Literal["identity", "time"] | None = Field(
        default=None, description="Default: time where a timestamp is named, else identity."
    )
    block: Block = Field(
        default="day", description="By time: rows of one block are on the same side."
    )


def assign(
    table: pd.DataFrame,
    split: Split,
    *,
    identity: list[str],
    timestamp: str | None,
    target: str | None,
) -> pd.Series:
    """True for the rows that are held out: bool, with the index of `table`.

    By identity a row's side follows from the values of `identity` alone (without these: of all
    columns but the target, so give `identity` if columns may be added). By time it follows from
    its block. Raises `InputError` where a column or timestamp is missing or a side gets no row.
    """
    import pandas as pd

    by = split.by or ("time" if timestamp else "identity")
    if by == "time":
        held = _time_blocks(table, timestamp, split)
    else:
        held = _identity_hashes(table, identity, target) < _threshold(split.holdout)
    _require_both_sides(held, split, by)
    return pd.Series(held, index=table.index, name="holdout", dtype=bool)


def row_order(table: pd.DataFrame, identity: list[str], target: str | None) -> np.ndarray:
    """Positions that put the rows in an order which their content alone decides.

    By identity first, so that a corrected value does not move its row; rows that differ in
    nothing may change places.
    """
    import numpy as np

    columns = [table[name] for name in sorted(table.columns, key=str)]
    everything = row_hashes(columns, len(table), exact=False)
    return np.lexsort((everything, _identity_hashes(table, identity, target)))


def dataset_version(table: pd.DataFrame) -> str:
    """16 hex characters over all rows, whatever their order and that of the columns.

    It changes with any value, any column name, and any column's kind (integer, float, text, …).
    """
    import numpy as np

    places = sorted(range(table.shape[1]), key=lambda place: str(table.columns[place]))
    columns = [table.iloc[:, place] for place in places]
    header = [len(table), *((str(values.name), _kind(values)) for values in columns)]
    digest = hashlib.sha256(json.dumps(header).encode())
    hashes = np.sort(row_hashes(columns, len(table), exact=True))
    digest.update(hashes.astype("<u8").tobytes())
    return digest.hexdigest()[:16]


def _kind(values: pd.Series) -> str:
    """One word for what a column holds: dtypes of one kind differ only in width or engine."""
    import pandas as pd

    word = pd.api.types.infer_dtype(values, skipna=True)
    if word == "categorical":
        return _kind(values.astype(values.cat.categories.dtype))
    return "datetime" if word == "datetime64" else word


def _identity_hashes(table: pd.DataFrame, identity: list[str], target: str | None) -> np.ndarray:
    names = identity or sorted((name for name in table.columns if name != target), key=str)
    require_columns(table, identity)
    return row_hashes([table[name] for name in names], len(table), exact=False)


def _threshold(share: float) -> np.uint64:
    import numpy as np

    return np.uint64(int(share * 2**64))


def _time_blocks(table: pd.DataFrame, timestamp: str | None, split: Split) -> np.ndarray:
    """Block i since 1970 is held out where floor((i + 1) share) > floor(i share).

    That spreads the blocks evenly, and a block keeps its side however many follow it.
    """
    import numpy as np

    index = _block_index(_timestamps(table, timestamp), split.block)
    return np.floor((index + 1) * split.holdout) > np.floor(index * split.holdout)


def _timestamps(table: pd.DataFrame, timestamp: str | None) -> pd.Series:
    if timestamp is None:
        raise InputError(
            seen="split by time, but no timestamp column is named",
            expected="`timestamp: <column>`",
            todo="name the timestamp column in defs.yaml, or set `split: {by: identity}`",
        )
    require_columns(table, [timestamp])
    times = to_date(table[timestamp])
    if times.isna().any():
        raise InputError(
            seen=f"{int(times.isna().sum())} of {len(times)} rows have no {timestamp!r}",
            expected="a time in every row, to split by time",
            todo="fill or drop these rows in the source, or set `split: {by: identity}`",
        )
    return times


def _block_index(times: pd.Series, block: Block) -> np.ndarray:
    """The number of each row's block since 1970; weeks begin on Monday."""
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
            "bring more days, choose a smaller `split.block`, or split by identity",
        )
        if by == "time"
        else (
            "by identity",
            "bring more rows, or name columns in `identity` that differ between rows",
        )
    )
    raise InputError(
        seen=f"split {cause} with a share of {split.holdout:g}, all {len(held)} rows are {side}",
        expected="rows on both sides",
        todo=todo,
    )
