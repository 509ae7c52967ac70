"""The policy on personal data: what messages, pages and stored profiles may show of a table."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd

MASK = "***"
SHARED_BY = 5
"""A label, date or text is shown only if at least this many rows have it: a rarer one could
identify a person."""
DIGEST_LENGTH = 12


@dataclass(frozen=True)
class PersonalData:
    """The columns of a table that identify whom a row is about; their values are never shown."""

    columns: tuple[str, ...] = ()

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def typed(self, table: pd.DataFrame, columns: Columns) -> pd.DataFrame:
        """`typed_features`, with no values of personal columns in its errors."""
        return typed_features(table, columns, masked=self.columns)

    def dataset(self, table: pd.DataFrame, spec: TrainingSpec) -> Dataset:
        """The typed features and context of a table, with no personal values in its errors.

        It has no target. Raises `InputError`, also for a negative weight.
        """
        found = Dataset(
            features=self.typed(table, spec.columns),
            columns=spec.columns,
            context=self.typed(table, spec.context_columns),
            roles=spec.context_roles,
            positive=spec.positive,
        )
        found.require_weights()
        return found

    def mask(self, table: pd.DataFrame) -> pd.DataFrame:
        """Replace every personal value by `MASK`."""
        return table.assign(**{name: MASK for name in self.columns if name in table})

    def scatter(self, rows: pd.DataFrame, dates: Collection[str]) -> pd.DataFrame:
        """Sort each personal column independently, so that no row belongs to a person.

        A personal date among `dates` is reduced to its year, as 1 July.
        """
        own = [name for name in self.columns if name in rows]
        years = {name: middle_of_year(rows[name]) for name in own if name in dates}
        rows = rows.assign(**years)
        return rows.assign(**{name: rows[name].sort_values().to_numpy() for name in own})


NOTHING_PERSONAL = PersonalData()


def is_shared(count: int) -> bool:
    """Whether a value that this many rows have may be shown."""
    return count >= SHARED_BY


def mask_rare(values: pd.Series, counts: pd.Series) -> list[str]:
    """The values as text: `MASK` if rare, "" if missing; `counts` has how many rows have each."""
    return [
        "" if missing else str(value) if is_shared(counts[value]) else MASK
        for value, missing in zip(values, values.isna(), strict=True)
    ]


def digest(word: str) -> str:
    """A word's SHA-256, shortened: it hides the word from readers, but not from a guess."""
    return hashlib.sha256(word.encode()).hexdigest()[:DIGEST_LENGTH]


def middle_of_year(dates: pd.Series) -> pd.Series:
    """1 July of each date's year, NaT where missing."""
    import pandas as pd

    january = dates.to_numpy().astype("datetime64[Y]").astype("datetime64[M]")
    return pd.Series((january + 6).astype("datetime64[ns]"), dates.index)
