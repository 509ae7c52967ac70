"""Explain the mistakes in a defs.yaml in plain words instead of pydantic's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.spec.paths import Place, locate

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

NOT_A_MAPPING = ("model_type", "model_attributes_type", "dict_type")
CORRECT = "correct this line"


def readable(error: ValidationError, model: type[BaseModel]) -> ValidationError:
    """Rewrite `error` with an `InputError` for each mistake, located by the keys of the file.

    A missing key is not reported if an unknown key next to it is its misspelling.
    """
    found = [(locate(details["loc"], model), details) for details in error.errors()]
    meant = {
        (*place.path[:-1], nearest_key(place))
        for place, details in found
        if details["type"] == "extra_forbidden"
    }
    explained: list[Any] = [
        {
            "type": "value_error",
            "loc": place.path,
            "input": details["input"],
            "ctx": {"error": explain(details, place)},
        }
        for place, details in found
        if details["type"] != "missing" or place.path not in meant
    ]
    return ValidationError.from_exception_data(error.title, explained)


def placed(error: InputError, *path: str | int) -> ValidationError:
    """The mistake at the value of these keys of the file."""
    details: Any = {"type": "value_error", "loc": path, "input": None, "ctx": {"error": error}}
    return ValidationError.from_exception_data(".".join(map(str, path)), [details])


def nearest_key(place: Place) -> str:
    """The key that the last one probably misspells; "" if none is close."""
    hint = nearest(str(place.path[-1]), place.keys)
    return hint.split("'")[1] if hint else ""


def explain(details: ErrorDetails, place: Place) -> InputError:
    """Explain one error of pydantic's in plain words."""
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    is_now = f"`{place}` is {repr(value)[:80]}"
    if kind == "extra_forbidden":
        seen = f"there is no key `{place}`{nearest(str(place.path[-1]), place.keys)}"
        return InputError(seen=seen, expected=f"one of {place.keys}", todo=CORRECT)
    if kind == "missing":
        expected, todo = place.description or "a value", f"add `{place.path[-1]}: …`"
        return InputError(seen=f"`{place}` is missing", expected=expected, todo=todo)
    if kind in NOT_A_MAPPING:
        types, keys = place.types_below, place.keys_below
        expected = f"`type`, one of {types}, and its keys" if len(types) > 1 else f"some of {keys}"
        return InputError(seen=is_now, expected=expected, todo="write `key: value` pairs below it")
    if kind == "union_tag_not_found":
        expected = f"one of {place.types_below}"
        return InputError(seen=f"`{place}` has no `type`", expected=expected, todo=CORRECT)
    if kind == "union_tag_invalid":
        wrong = _wrong_choice(f"{place}.type", str(context["tag"]), place.types_below)
        todo = f"{CORRECT}, or install the package that has it"
        return InputError(seen=wrong.seen, expected=wrong.expected, todo=todo)
    if kind == "literal_error":
        names = re.findall(r"'(.*?)'", context["expected"])
        return _wrong_choice(str(place), str(value), names)
    if isinstance(error := context.get("error"), InputError):
        seen = f"`{place}`: {error.seen}" if place.path else error.seen
        return InputError(seen=seen, expected=error.expected, todo=error.todo)
    return InputError(seen=is_now, expected=_expectation(details, place), todo=_todo(kind, value))


def _wrong_choice(name: str, value: str, names: list[str]) -> InputError:
    seen = f"`{name}` is {value!r}{nearest(value, names)}"
    return InputError(seen=seen, expected=f"one of {names}", todo=CORRECT)


def _expectation(details: ErrorDetails, place: Place) -> str:
    """Pydantic's message without its beginning, and the description of the key."""
    message = details["msg"].removeprefix("Value error, ")
    message = re.sub(r"^.* should (be |have )?", "", message)
    message = message.replace("match pattern", "text that matches")
    return f"{message} ({place.description})" if place.description else message


def _todo(kind: str, value: object) -> str:
    if value is None:
        return "set a value; `{{ env.NAME }}` is empty if the variable NAME is not set"
    if kind == "string_type" and isinstance(value, bool | int | float):
        return "quote it: YAML reads 3 as a number, and on, off, yes, no as true or false"
    return CORRECT
