"""A table together with what is known of it, stored as one Parquet file."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class TableRecord(BaseModel):
    """A table, the version of its data, and the fields that a subclass adds.

    A Parquet file holds the table, and the other fields as JSON in its metadata. The table is
    never copied, so whoever changes it changes the record.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Any = Field(exclude=True, repr=False, description="A DataFrame, not validated.")
    dataset_version: str = Field(description="Hash of the rows that the table was made of.")
