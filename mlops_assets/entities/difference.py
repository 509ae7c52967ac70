"""Compute the rows to delete and insert to turn one version of a table into another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Difference:
    """Rows to delete, by their key columns, and rows to insert afterwards."""

    delete: pd.DataFrame
    add: pd.DataFrame


def difference(old: pd.DataFrame, new: pd.DataFrame, keys: Sequence[str]) -> Difference:
    """The rows that were removed, added or changed.

    Both tables have the columns of `new`, and unique keys.
    """
    names = list(keys)
    before, after = old.set_index(names)[_others(new, names)], new.set_index(names)
    matching = before.reindex(after.index)
    same = ((after == matching) | (after.isna() & matching.isna())).all(axis=1)
    same &= after.index.isin(before.index)
    unchanged = before.index.isin(after.index[same])
    delete = before.index[~unchanged].to_frame(index=False, name=_named(names))
    return Difference(delete, new[~same.to_numpy()])


def _others(table: pd.DataFrame, keys: list[str]) -> list[str]:
    return [name for name in table if name not in keys]


def _named(names: list[str]):
    return names if len(names) > 1 else names[0]
