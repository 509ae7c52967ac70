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
"""Types of which equal values are read alike; 0.0 and -0.0 are equal, too."""


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
            came = len(row)
            for name, read in self._optional:
                came += name in given
                row[name] = read(given[name]) if name in given else None
        except (KeyError, ValueError):
            return None
        return row if came == len(given) else None

    def many(self, given: Any) -> list[Row] | None:
        """The typed rows of a list; None if one of them is not as it should be."""
        if (
            type(given) is not list
            or not 0 < len(given) <= MOST_ROWS
            or {*map(type, given)} != {dict}
        ):
            return None
        try:
            columns = {
                name: _column([row[name] for row in given], read) for name, read in self._required
            }
            came = len(given) * len(columns)
            for name, read in self._optional:
                came += sum(name in row for row in given)
                columns[name] = _column([row.get(name) for row in given], read)
        except (KeyError, ValueError):
            return None
        if came != sum(map(len, given)):
            return None
        return [
            dict(zip(columns, values, strict=True))
            for values in zip(*columns.values(), strict=True)
        ]


def _read(field: FieldInfo) -> Read:
    (found,) = (it.func for it in field.metadata if isinstance(it, PlainValidator))
    return found  # type: ignore[return-value]


def _column(values: Sequence[Any], read: Read) -> list[Any]:
    if {*map(type, values)} - {type(None)} in ALIKE:
        known = {it: read(it) for it in {*values}}
        return [known[it] for it in values]
    return [read(it) for it in values]
