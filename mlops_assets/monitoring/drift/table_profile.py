"""Profile a table: the training rows of a version, or a day to compare with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import reduce
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.data.personal_data import NOTHING_PERSONAL, PersonalData
from mlops_assets.features.columns import Columns, Role, require_columns, to_numeric
from mlops_assets.features.dates import to_date
from mlops_assets.monitoring.drift.category_counts import YES_OR_NO, CategoryCounts, label_counts
from mlops_assets.monitoring.drift.histogram import Histogram, histogram
from mlops_assets.monitoring.drift.text_counts import TextCounts, text_counts, text_reference

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ColumnProfile = Annotated[Histogram | CategoryCounts | TextCounts, Field(discriminator="kind")]


class TableProfile(BaseModel):
    """The profile of a table: a few hundred kB of JSON, whatever its number of rows.

    The profile of a version's training rows is a reference; a day is profiled with the edges,
    labels and vocabulary of the reference that it is compared with.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: Columns
    rows: int
    profiles: dict[str, ColumnProfile]

    def without(self, names: Collection[str]) -> TableProfile:
        """The profile without some columns."""
        if not {*names} & {*self.profiles}:
            return self
        columns = self.columns.without(names)
        profiles = {name: self.profiles[name] for name in columns.names}
        return TableProfile(columns=columns, rows=self.rows, profiles=profiles)

    def merged(self, other: TableProfile) -> TableProfile:
        """The profile of the rows of both tables, which must have the same layout."""
        profiles = {
            name: merged_column(profile, other.profiles[name])
            for name, profile in self.profiles.items()
        }
        rows = self.rows + other.rows
        return TableProfile(columns=self.columns, rows=rows, profiles=profiles)


def build_profile(
    features: pd.DataFrame, columns: Columns, *, personal: PersonalData = NOTHING_PERSONAL
) -> TableProfile:
    """The profile of a version's training rows, raw or typed.

    Of `personal` texts, only digests of the words are kept. Also for predictions or the target,
    with their own columns, such as `Columns(numeric=["probability_1"])`. Raises `InputError` for a
    column that is missing or does not fit its role.
    """
    require_columns(features, columns.names)
    profiles = {
        name: reference_column(features[name], role, personal=name in personal)
        for name, role in columns.roles()
    }
    return TableProfile(columns=columns, rows=len(features), profiles=profiles)


def profile_day(
    reference: TableProfile, day: pd.DataFrame, *, held_out: bool = False
) -> TableProfile:
    """The profile of a day's rows, raw or typed, with the layout of the reference.

    `held_out` is for training rows, half of which determined the reference's layout. Raises
    `InputError` for a column that is missing or does not fit its role.
    """
    require_columns(day, reference.columns.names)
    profiles = {
        name: like_column(day[name], role, reference.profiles[name], held_out=held_out)
        for name, role in reference.columns.roles()
    }
    return TableProfile(columns=reference.columns, rows=len(day), profiles=profiles)


def profile_batches(reference: TableProfile, batches: Iterable[pd.DataFrame]) -> TableProfile:
    """The same of a day that comes in batches, at least one; the memory is that of one batch.

    Sums of several batches can differ from those of the whole in their last digits.
    """
    return reduce(TableProfile.merged, (profile_day(reference, batch) for batch in batches))


def reference_column(values: pd.Series, role: Role, *, personal: bool = False) -> ColumnProfile:
    """The profile of one training column."""
    if role == "text":
        return text_reference(values, digests=personal)
    if role == "boolean":
        return label_counts(values, role, YES_OR_NO)  # both labels, even if one never occurs
    if role == "categorical":
        return label_counts(values, role)
    return histogram(as_floats(values, role))


def like_column(
    values: pd.Series, role: Role, like: ColumnProfile, *, held_out: bool = False
) -> ColumnProfile:
    """The profile of one column, with the layout of `like`."""
    if isinstance(like, TextCounts):
        return text_counts(values, like, held_out=held_out)
    if isinstance(like, CategoryCounts):
        return label_counts(values, role, like.labels, as_it_stands=like.as_it_stands)
    return histogram(as_floats(values, role), like.edges)


def merged_column(one: ColumnProfile, other: ColumnProfile) -> ColumnProfile:
    """The profile of the rows of both columns."""
    if isinstance(one, Histogram) and isinstance(other, Histogram):
        return one.merged(other)
    if isinstance(one, CategoryCounts) and isinstance(other, CategoryCounts):
        return one.merged(other)
    if isinstance(one, TextCounts) and isinstance(other, TextCounts):
        return one.merged(other)
    raise TypeError(f"a profile of {one.kind} cannot be merged with one of {other.kind}")


def as_floats(values: pd.Series, role: Role) -> np.ndarray:
    """Numbers unchanged, dates as days since 1970; NaN if missing."""
    import numpy as np

    if role != "date":
        return to_numeric(values).to_numpy(dtype="float64")
    dates = to_date(values)
    days = dates.to_numpy().astype("int64") / 86_400e9
    return np.where(dates.isna().to_numpy(), np.nan, days)
