"""A table together with what is known of it, stored as one Parquet file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from mlops_assets.platform.table_content import InMemory

if TYPE_CHECKING:
    import pandas as pd


class TableRecord(BaseModel):
    """A table, the version of its data, and the fields that a subclass adds.

    A Parquet file holds the table, and the other fields as JSON in its metadata. It is made with
    `table=`: a DataFrame, which is never copied, so whoever changes it changes the record; or any
    other `Content`, which need not fit into memory.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    content: Any = Field(alias="table", exclude=True, repr=False, description="Not validated.")
    dataset_version: str = Field(description="Hash of the rows that the table was made of.")

    @field_validator("content", mode="before")
    @classmethod
    def _in_memory(cls, given: Any) -> Any:
        return given if hasattr(given, "batches") else InMemory(given)

    @property
    def table(self) -> pd.DataFrame:
        """The whole table in memory."""
        return self.content.frame()

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self.content.rows
