"""Read rows with the functions of their pydantic model, but without pydantic between.

A list is read column by column, and equal values once. What cannot be read is None here: pydantic
then says what is wrong, so there is one source of what a row may be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, PlainValidator
from pydantic.fields import FieldInfo

from mlops_assets.serving.row_type import MOST_ROWS

Row = dict[str, Any]
Read = Callable[[Any], Any]
ALIKE = ({str}, {int}, {bool})
"""Types of which equal values are read alike; not float: -0.0 is equal to 0.0."""


class RowReader:
    """Reads rows of the pydantic model `row_type` makes."""

    def __init__(self, row: type[BaseModel]) -> None:
        fields = {name: (_read(it), it.is_required()) for name, it in row.model_fields.items()}
        self._required = [(name, read) for name, (read, required) in fields.items() if required]
        self._optional = [(name, read) for name, (read, required) in fields.items() if not required]

    def one(self, given: Any) -> Row | None:
        """The typed row; None if it is not as it should be."""
        if type(given) is not dict:
            return None
        try:
            row = {name: read(given[name]) for name, read in self._required}
            if len(given) > len(row):
                row |= {name: read(given[name]) for name, read in self._optional if name in given}
        except (KeyError, ValueError):
            return None
        return row if len(row) == len(given) else None

    def many(self, given: Any) -> list[Row] | None:
        """The typed rows of a list; None if they are not as they should be."""
        if type(given) is not list or not 0 < len(given) <= MOST_ROWS:
            return None
        if {*map(type, given)} != {dict}:
            return None
        reads = [*self._required, *(it for it in self._optional if it[0] in given[0])]
        if {*map(len, given)} != {len(reads)}:
            return self._each(given)
        try:
            columns = [_column([row[name] for row in given], read) for name, read in reads]
        except KeyError:
            return self._each(given)
        except ValueError:
            return None
        names = [name for name, _ in reads]
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]

    def _each(self, given: list[Any]) -> list[Row] | None:
        """Rows that have different optional fields."""
        rows = []
        for row in given:
            if (typed := self.one(row)) is None:
                return None
            rows.append(typed)
        return rows


def _read(field: FieldInfo) -> Read:
    (found,) = (it.func for it in field.metadata if isinstance(it, PlainValidator))
    return found  # type: ignore[return-value]


def _column(values: Sequence[Any], read: Read) -> list[Any]:
    if {*map(type, values)} - {type(None)} in ALIKE:
        known = {it: read(it) for it in {*values}}
        return [known[it] for it in values]
    return [read(it) for it in values]
