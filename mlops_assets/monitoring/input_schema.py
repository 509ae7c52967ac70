"""What a version expects of a row: stored with it, for whoever sends rows to be predicted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.data.personal_data import PersonalData, is_shared
from mlops_assets.features.columns import Columns, Role
from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.histogram import Histogram
from mlops_assets.monitoring.drift.table_profile import ColumnProfile, TableProfile

EPOCH = date(1970, 1, 1)
ROLES = get_args(Role)


class InputField(BaseModel):
    """One feature column. What identifies a person has neither range nor labels."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    role: Role
    missing: float = Field(description="Share of the training rows without a value, 0 to 1.")
    low: float | date | None = Field(None, description="Least value of the training rows.")
    high: float | date | None = Field(None, description="Greatest value of the training rows.")
    labels: tuple[str, ...] = Field(
        (), description="Labels that at least 5 training rows have, the most frequent first."
    )
    example: bool | float | str | None = Field(description="A typical value, of no particular row.")


class InputSchema(BaseModel):
    """The feature columns of a version in the order of defs.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fields: tuple[InputField, ...]

    @classmethod
    def of(cls, profile: TableProfile, columns: Columns, personal: PersonalData) -> InputSchema:
        """The schema of a version with this profile of its training rows."""
        return cls(fields=tuple(_fields(profile, columns, personal)))

    def columns(self) -> Columns:
        """The feature columns by role."""
        names = {role: [it.name for it in self.fields if it.role == role] for role in ROLES}
        return Columns.model_validate(names)

    def example(self) -> dict[str, Any]:
        """A row that the version can predict."""
        return {field.name: field.example for field in self.fields}


def _fields(
    profile: TableProfile, columns: Columns, personal: PersonalData
) -> Iterator[InputField]:
    for name, role in columns.roles():
        found = profile.profiles[name]
        known = {} if name in personal else _known(found, role)
        missing = found.missing / max(profile.rows, 1)
        yield InputField(name=name, role=role, missing=missing, **{"example": None, **known})


def _known(found: ColumnProfile, role: Role) -> dict[str, Any]:
    if isinstance(found, Histogram):
        return _range(found, role)
    if isinstance(found, CategoryCounts):
        return _labels(found, role)
    return {"example": ""}


def _range(found: Histogram, role: Role) -> dict[str, Any]:
    if not found.known or found.low is None or found.high is None:
        return {}
    low, high, middle = found.low, found.high, found.mean
    if role == "date":
        low, high, middle = (EPOCH + timedelta(days=int(it)) for it in (low, high, middle))
        return {"low": low, "high": high, "example": middle.isoformat()}
    whole = float(low).is_integer() and float(high).is_integer()
    typical = float(round(middle)) if whole else float(f"{middle:.4g}")
    return {"low": low, "high": high, "example": typical}


def _labels(found: CategoryCounts, role: Role) -> dict[str, Any]:
    counted = sorted(zip(found.counts, found.labels, strict=True), key=lambda it: -it[0])
    labels = tuple(label for count, label in counted if is_shared(count))
    if role == "boolean":
        return {"example": counted[0][1] == "true"}
    return {"labels": labels, "example": labels[0] if labels else None}
