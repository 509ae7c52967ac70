"""Read the body of a request as rows, and say in one form what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pydantic import ValidationError

from mlops_assets.serving.row_type import MOST_ROWS
from mlops_assets.serving.served_model import ServedModel

MOST_SHOWN = 60
"""Characters of a value or a name that an answer repeats."""
ONE_ROW = "a JSON object with the fields of a row"
KINDS = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}


class RefusedError(Exception):
    """A request that is answered with an error: its status, and one entry a mistake."""

    def __init__(self, status: int, mistakes: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(status)
        self.status, self.mistakes = status, mistakes


def mistake(seen: str, expected: str, *, field: str = "", row: int | None = None) -> dict:
    """One thing that is wrong with a request."""
    where = {"field": clipped(field)} if field else {}
    return {**where, **({} if row is None else {"row": row}), "seen": seen, "expected": expected}


def rows_of(body: bytes, served: ServedModel) -> tuple[Sequence[Mapping[str, Any]], bool]:
    """The typed rows of a JSON body, and whether it is a list. Raises `RefusedError`."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RefusedError(
            422, [mistake(f"no JSON: {error}", "a JSON object, or a list")]
        ) from None
    if isinstance(given, list):
        many = served.reader.many(given)
        return (_explained(given, served, is_list=True) if many is None else many), True
    one = served.reader.one(given)
    return (_explained(given, served, is_list=False) if one is None else [one]), False


def _explained(given: Any, served: ServedModel, *, is_list: bool) -> Sequence[Mapping[str, Any]]:
    """What pydantic says about rows that the reader does not take."""
    try:
        if is_list:
            return [row.__dict__ for row in served.rows.validate_python(given)]
        return [served.row.model_validate(given).__dict__]
    except ValidationError as error:
        raise RefusedError(422, _mistakes(error, served, is_list=is_list)) from None


def refuse_unusual(rows: Sequence[Mapping[str, Any]], served: ServedModel) -> None:
    """Raise `RefusedError` for rows unlike those of training, if the model is set to refuse."""
    if served.serving.out_of_range == "warn":
        return
    said = [(place, it) for place, row in enumerate(rows) for it in served.unusual(row)]
    if said:
        expected = "a row like those of training"
        raise RefusedError(422, [mistake(it, expected, row=place) for place, it in said])


def _mistakes(error: ValidationError, served: ServedModel, *, is_list: bool) -> list[dict]:
    names = {field.name for field in served.schema.fields}
    found = []
    for details in error.errors(include_url=False, include_context=False)[:100]:
        place = list(details["loc"])
        first = place[0] if is_list and place else None
        row = first if isinstance(first, int) else None
        place = place if row is None else place[1:]
        field = str(place[0]) if place else ""
        found.append(_mistake(details, field, row, is_known=field in names))
    return found


def _mistake(details: Any, field: str, row: int | None, *, is_known: bool) -> dict:
    expected = str(details["msg"]).removeprefix("Value error, ")
    if details["type"] in ("too_short", "too_long"):
        return mistake(f"{len(details['input']):,} rows", f"1 to {MOST_ROWS:,} rows")
    if details["type"] == "missing":
        return mistake("nothing", "a value", field=field, row=row)
    if details["type"] == "extra_forbidden":
        return mistake(
            "a field that the model does not have", "no such field", field=field, row=row
        )
    if not field and not is_known:
        return mistake(kind_of(details["input"]), ONE_ROW, row=row)
    return mistake(_shown(details["input"]), expected, field=field, row=row)


def kind_of(value: Any) -> str:
    """What a value of JSON is, in words."""
    return KINDS.get(type(value), "a number")


def _shown(value: Any) -> str:
    """A value as JSON; what is in a list or an object may be too deep to be written again."""
    is_plain = not isinstance(value, list | dict)
    return clipped(orjson.dumps(value).decode()) if is_plain else kind_of(value)


def clipped(text: str) -> str:
    """A text that an answer repeats, at most 60 characters of it."""
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
