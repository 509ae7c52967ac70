"""What a request's row may hold, and what it becomes."""

from datetime import date, datetime
from math import isnan
from typing import Any

import pytest
from pydantic import ValidationError

from mlops_assets.monitoring.input_schema import InputField, InputSchema
from mlops_assets.serving.row_type import MOST_CHARACTERS, row_type, rows_type

SCHEMA = InputSchema(
    fields=(
        InputField(name="n", role="numeric", missing=0.1, low=0, high=9, example=3.0),
        InputField(name="whole", role="numeric", missing=0, low=0, high=9, example=3.0),
        InputField(name="c", role="categorical", missing=0.1, labels=("a", "2"), example="a"),
        InputField(name="b", role="boolean", missing=0.1, example=True),
        InputField(
            name="d",
            role="date",
            missing=0.1,
            low=date(2026, 1, 1),
            high=date(2026, 2, 1),
            example="2026-01-05",
        ),
        InputField(name="t", role="text", missing=0.1, example=""),
    )
)
GOOD: dict[str, Any] = {"n": 1, "whole": 2, "c": "a", "b": True, "d": "2026-01-05", "t": "x"}
ROW = row_type(SCHEMA, "small")


def read(**values: Any) -> dict[str, Any]:
    return ROW.model_validate({**GOOD, **values}).__dict__


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("n", 3, 3.0),
        ("c", 2, "2"),
        ("c", 2.0, "2"),
        ("c", "02", "02"),
        ("c", True, "True"),
        ("c", " ", None),
        ("n", 1e30, 1e30),
        ("b", "no", 0.0),
        ("b", 1, 1.0),
        ("d", "2026-01-05", datetime(2026, 1, 5)),
        ("d", "2026-01-05T01:00:00+02:00", datetime(2026, 1, 4, 23)),
        ("d", None, None),
        ("t", None, ""),
    ],
)
def test_values_become_what_the_model_was_trained_on(name, given, expected):
    assert read(**{name: given})[name] == expected


def test_a_missing_number_is_nan():
    assert isnan(read(n=None)["n"])


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("n", "1"),
        ("n", True),
        ("n", [1]),
        ("n", float("nan")),
        ("n", float("-inf")),
        ("n", 10**400),
        ("n", 1e31),
        ("n", -1.7e308),
        ("whole", None),
        ("c", []),
        ("c", {}),
        ("c", float("nan")),
        ("b", "maybe"),
        ("b", 2),
        ("b", [True]),
        ("d", "yesterday"),
        ("d", 20260105),
        ("d", "0001-01-01"),
        ("t", 5),
        ("t", "x" * (MOST_CHARACTERS + 1)),
    ],
)
def test_other_values_are_refused(name, given):
    with pytest.raises(ValidationError):
        read(**{name: given})


def test_a_number_as_great_as_in_training_is_taken():
    field = InputField(name="n", role="numeric", missing=0, low=-1e35, high=0, example=0.0)
    row = row_type(InputSchema(fields=(field,)), "great")
    assert row.model_validate({"n": -1e35}).__dict__["n"] == -1e35


@pytest.mark.parametrize("blank", ["", " ", None])
def test_a_label_that_was_never_missing_may_not_be_blank(blank):
    field = InputField(name="c", role="categorical", missing=0, labels=("a",), example="a")
    row = row_type(InputSchema(fields=(field,)), "full")
    with pytest.raises(ValidationError, match="never missing"):
        row.model_validate({"c": blank})


def test_a_field_more_or_less_is_refused():
    for row in ({**GOOD, "more": 1}, {k: v for k, v in GOOD.items() if k != "n"}):
        with pytest.raises(ValidationError):
            ROW.model_validate(row)


def test_a_list_has_a_row_at_least():
    rows = rows_type(ROW)
    assert len(rows.validate_python([GOOD, GOOD])) == 2
    with pytest.raises(ValidationError):
        rows.validate_python([])
