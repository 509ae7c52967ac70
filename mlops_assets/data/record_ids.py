"""Record ids as text, which identify a record from one day to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import to_categorical

if TYPE_CHECKING:
    import pandas as pd


def record_ids(table: pd.DataFrame, identity: Sequence[str]) -> pd.Series:
    """The id of each row as text, independent of the column's dtype: 7 and 7.0 are `7`.

    Raises `InputError` unless `identity` is one column with a value in every row.
    """
    ids = to_categorical(table[one_identity(identity)])
    if lacking := int(ids.isna().sum()):
        raise InputError(
            seen=f"{lacking} of {len(table)} records have no {ids.name}",
            expected="an id for every record, because golden ids are tied to it",
            todo="add the ids in the source, or leave these records out",
        )
    return ids


def one_identity(identity: Sequence[str]) -> str:
    """The single identity column. Raises `InputError` if there are none or several."""
    if len(identity) != 1:
        raise InputError(
            seen=f"`identity` is {list(identity)}",
            expected="one column that identifies a record",
            todo="add such a column to the source, and name it in `identity`",
        )
    return identity[0]
