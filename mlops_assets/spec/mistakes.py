"""Say in words what is wrong with the values of a defs.yaml, where pydantic uses its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.spec.paths import Place, locate

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

NO_MAPPING = ("model_type", "model_attributes_type", "dict_type")
CORRECT = "correct this line"


def readable(error: ValidationError, model: type[BaseModel]) -> ValidationError:
    """`error` of `model` with an `InputError` for each mistake, at the keys as the file has them.

    A missing key is not mentioned where an unknown one beside it is its misspelling.
    """
    found = [(locate(details["loc"], model), details) for details in error.errors()]
    meant = {
        (*place.path[:-1], nearest_key(place))
        for place, details in found
        if details["type"] == "extra_forbidden"
    }
    told: list[Any] = [
        {
            "type": "value_error",
            "loc": place.path,
            "input": details["input"],
            "ctx": {"error": explain(details, place)},
        }
        for place, details in found
        if details["type"] != "missing" or place.path not in meant
    ]
    return ValidationError.from_exception_data(error.title, told)


def nearest_key(place: Place) -> str:
    """The key that the last one is probably meant to be; "" where none is near."""
    hint = nearest(str(place.path[-1]), place.keys)
    return hint.split("'")[1] if hint else ""


def explain(details: ErrorDetails, place: Place) -> InputError:
    """One mistake of pydantic's in words."""
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    is_now = f"`{place}` is {repr(value)[:80]}"
    if kind == "extra_forbidden":
        seen = f"there is no key `{place}`{nearest(str(place.path[-1]), place.keys)}"
        return InputError(seen=seen, expected=f"one of {place.keys}", todo=CORRECT)
    if kind == "missing":
        expected, todo = place.description or "a value", f"add `{place.path[-1]}: …`"
        return InputError(seen=f"`{place}` is missing", expected=expected, todo=todo)
    if kind in NO_MAPPING:
        types, keys = place.types_below, place.keys_below
        expected = f"`type`, one of {types}, and its keys" if len(types) > 1 else f"some of {keys}"
        return InputError(seen=is_now, expected=expected, todo="write `key: value` pairs below it")
    if kind == "union_tag_not_found":
        expected = f"one of {place.types_below}"
        return InputError(seen=f"`{place}` has no `type`", expected=expected, todo=CORRECT)
    if kind == "union_tag_invalid":
        return _wrong_choice(f"{place}.type", str(context["tag"]), place.types_below)
    if kind == "literal_error":
        names = re.findall(r"'(.*?)'", context["expected"])
        return _wrong_choice(str(place), str(value), names)
    if isinstance(error := context.get("error"), InputError):
        seen = f"`{place}`: {error.seen}" if place.path else error.seen
        return InputError(seen=seen, expected=error.expected, todo=error.todo)
    return InputError(seen=is_now, expected=_asked_for(details, place), todo=_todo(kind, value))


def _wrong_choice(name: str, value: str, names: list[str]) -> InputError:
    seen = f"`{name}` is {value!r}{nearest(value, names)}"
    return InputError(seen=seen, expected=f"one of {names}", todo=CORRECT)


def _asked_for(details: ErrorDetails, place: Place) -> str:
    """Pydantic's sentence without its beginning, and what the key is for."""
    said = details["msg"].removeprefix("Value error, ")
    said = re.sub(r"^.* should (be |have )?", "", said).replace("match pattern", "text that fits")
    return f"{said} ({place.description})" if place.description else said


def _todo(kind: str, value: object) -> str:
    if value is None:
        return "give a value; `{{ env.NAME }}` gives none where the variable NAME is not set"
    if kind == "string_type" and isinstance(value, bool | int | float):
        return "put it into quotes: YAML reads 3 as a number, and on, off, yes, no as true or false"
    return CORRECT
