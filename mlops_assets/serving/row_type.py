"""The rows that a version takes, as a pydantic model made from its input schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    TypeAdapter,
    WithJsonSchema,
    create_model,
)

from mlops_assets.features.columns import FALSE_WORDS, TRUE_WORDS
from mlops_assets.features.labels import label_text
from mlops_assets.monitoring.input_schema import InputField, InputSchema

MISSING = float("nan")
WORDS = {**dict.fromkeys(TRUE_WORDS, 1.0), **dict.fromkeys(FALSE_WORDS, 0.0)}
MOST_CHARACTERS = 100_000
"""Of one text."""
MOST_ROWS = 10_000
"""Of one request."""
MOST_NUMBER = 1e30
"""Beyond what was trained on: scaled by a small deviation, more does not fit a tree's 32 bits."""
NESTED, NUMBERS = (list, dict), (int, float)
"""Types of JSON; made once, because each value is compared with them."""
FLAG_SCHEMA = {"anyOf": [{"type": "boolean"}, {"enum": [0, 1]}, {"enum": ["yes", "no"]}]}
PLAIN_SCHEMA = {"type": ["string", "number", "boolean", "null"]}
LABEL_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]}


def row_type(schema: InputSchema, name: str, further: Iterable[str] = ()) -> type[BaseModel]:
    """A pydantic model of one row; its fields are typed as `RowPredictor` expects them.

    Every feature must be given. One that was never missing in training may not be null. Columns in
    `further`, such as what identifies the row, may be given as well.
    """
    known = {field.name for field in schema.fields}
    optional: dict[str, Any] = {
        column: (Annotated[Any, PlainValidator(_plain), WithJsonSchema(PLAIN_SCHEMA)], None)
        for column in further
        if column not in known
    }
    fields: dict[str, Any] = {
        field.name: (_annotated(field), Field(examples=[field.example])) for field in schema.fields
    }
    config = ConfigDict(extra="forbid", title=f"{name} row", protected_namespaces=())
    return create_model(f"{name}_row", __config__=config, **fields, **optional)


def rows_type(row: type[BaseModel]) -> TypeAdapter:
    """Reads a list of rows."""
    rows: Any = list[row]  # pyright: ignore[reportInvalidTypeForm]
    bounds: Any = Annotated[rows, Field(min_length=1, max_length=MOST_ROWS)]
    return TypeAdapter(bounds)


def _annotated(field: InputField) -> Any:
    bounds = (field.low, field.high)
    most = max([MOST_NUMBER, *(abs(it) for it in bounds if isinstance(it, int | float))])
    read, schema = {
        "numeric": (_number(most), {"type": "number", "minimum": -most, "maximum": most}),
        "boolean": (_flag, FLAG_SCHEMA),
        "categorical": (_label, LABEL_SCHEMA),
        "date": (_date, {"type": "string", "format": "date-time"}),
        "text": (_text, {"type": "string", "maxLength": MOST_CHARACTERS}),
    }[field.role]
    empty = {"numeric": MISSING, "boolean": MISSING, "text": ""}.get(field.role)

    def value(given: Any) -> Any:
        found = empty if given is None else read(given)
        if (given is None or found is None) and not field.missing:
            raise ValueError("a value: it was never missing in training")
        return found

    nullable = {"anyOf": [schema, {"type": "null"}]} if field.missing else schema
    return Annotated[Any, PlainValidator(value), WithJsonSchema(nullable)]


def _plain(given: Any) -> Any:
    if isinstance(given, NESTED) or (isinstance(given, str) and len(given) > MOST_CHARACTERS):
        raise ValueError("text, a number, true, false or null")
    return given


def _number(most: float) -> Callable[[Any], float]:
    def read(given: Any) -> float:
        if isinstance(given, bool) or not isinstance(given, NUMBERS):
            raise ValueError("a number")
        if not -most <= given <= most:  # NaN and infinity too
            raise ValueError(f"a number from {-most:g} to {most:g}")
        return float(given)

    return read


def _flag(given: Any) -> float:
    found = WORDS.get(str(given).strip().lower())
    if found is None or isinstance(given, NESTED):
        raise ValueError("true or false, yes or no, 1 or 0")
    return found


def _label(given: Any) -> str | None:
    if isinstance(given, NESTED) or (isinstance(given, float) and given - given != 0):
        raise ValueError("a label: text, a number, true or false")
    return label_text(given)


def _date(given: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        raise ValueError("a date such as 2026-01-31 or 2026-01-31T10:00:00+01:00") from None
    if not 1678 <= moment.year <= 2261:  # what nanoseconds in 64 bits can say
        raise ValueError("a date from 1678 to 2261")
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _text(given: Any) -> str:
    if not isinstance(given, str) or len(given) > MOST_CHARACTERS:
        raise ValueError(f"text of at most {MOST_CHARACTERS:,} characters")
    return given
