"""The fast reader takes the rows that pydantic takes, and makes the same of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mlops_assets.serving.row_reader import RowReader
from mlops_assets.serving.row_type import MOST_ROWS, row_type, rows_type
from mlops_assets_tests.serving.test_row_type import GOOD, SCHEMA

ROW = row_type(SCHEMA, "small", ["patient_id", "site"])
READER, ROWS = RowReader(ROW), rows_type(ROW)
NUMBERS = [0, 1, 2.0, -0.0, 0.0, 9, 1e31, 10**400, True, False]
TEXTS = [
    "a",
    "2",
    " 2.0",
    "",
    "yes",
    "nan",
    "2026-01-05",
    "2026-01-05T01:00:00+02:00",
    "x" * 100_001,
]
VALUES = st.sampled_from([None, *NUMBERS, *TEXTS, [], {}, ["a"]])
NAMES = [*GOOD, "patient_id", "site", "unknown"]
ROW_OF_ANYTHING = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES))
ALMOST_GOOD = ROW_OF_ANYTHING.map(lambda it: {**GOOD, **it})
GIVEN = ALMOST_GOOD | ROW_OF_ANYTHING | VALUES


def by_pydantic(given: Any) -> list[dict[str, Any]] | None:
    """Rows without the optional fields that did not come; None if they are refused."""
    try:
        return [row.model_dump(exclude_unset=True) for row in ROWS.validate_python(given)]
    except ValidationError:
        return None


def same(found: Any, expected: Any) -> bool:
    """Equal with the types, the sign of 0 and NaN; in any order of the fields."""
    if found is None or expected is None:
        return found is expected
    ours, theirs = ([sorted(row.items()) for row in rows] for rows in (found, expected))
    return repr(ours) == repr(theirs)


@given(GIVEN)
def test_one_row(row):
    found = READER.one(row)
    assert same(None if found is None else [found], by_pydantic([row]))


@given(st.lists(ALMOST_GOOD, max_size=4) | st.lists(GIVEN, max_size=4) | VALUES)
def test_several_rows(rows):
    assert same(READER.many(rows), by_pydantic(rows))


@pytest.mark.parametrize("count", [0, 1, MOST_ROWS + 1])
def test_the_number_of_rows(count):
    assert same(READER.many([GOOD] * count), by_pydantic([GOOD] * count))


@pytest.mark.parametrize(
    "others", [[{}], [{"patient_id": "p"}], [{"site": 1}, {"patient_id": "p"}]]
)
def test_rows_may_have_different_optional_fields(others):
    rows = [{**GOOD, **it} for it in [{"patient_id": 7}, *others]]
    found = READER.many(rows)
    assert found is not None
    assert same(found, by_pydantic(rows))
