"""What has to be written so that a table of the warehouse becomes another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Difference:
    """Rows to delete, by their key columns, and rows to add afterwards."""

    delete: pd.DataFrame
    add: pd.DataFrame


def difference(old: pd.DataFrame, new: pd.DataFrame, keys: Sequence[str]) -> Difference:
    """Only what differs: rows that are gone, are new, or hold other values.

    Both have the columns of `new`, and each key once.
    """
    names = list(keys)
    before, after = old.set_index(names)[_others(new, names)], new.set_index(names)
    twin = before.reindex(after.index)
    same = ((after == twin) | (after.isna() & twin.isna())).all(axis=1)
    same &= after.index.isin(before.index)
    unchanged = before.index.isin(after.index[same])
    delete = before.index[~unchanged].to_frame(index=False, name=_named(names))
    return Difference(delete, new[~same.to_numpy()])


def _others(table: pd.DataFrame, keys: list[str]) -> list[str]:
    return [name for name in table if name not in keys]


def _named(names: list[str]):
    return names if len(names) > 1 else names[0]
