"""One dtype a role, and clear words where a value does not fit."""

import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, nearest, typed_features


def typed(role: str, values) -> list:
    table = pd.DataFrame({"x": values})
    return typed_features(table, Columns(**{role: ["x"]}))["x"].tolist()


def test_numbers_are_read_from_text_and_gaps_stay_gaps():
    assert typed("numeric", ["1", " 2.5 ", "?"])[:2] == [1.0, 2.5]
    assert pd.isna(typed("numeric", ["1", None])[1])


@pytest.mark.parametrize("values", [[1, 0, None], ["Yes", "no", ""], [True, False, None]])
def test_every_spelling_of_a_boolean_is_one_or_zero(values):
    one, zero, gap = typed("boolean", values)
    assert (one, zero) == (1.0, 0.0)
    assert pd.isna(gap)


def test_a_label_is_the_same_whether_its_column_was_read_as_int_or_float():
    assert typed("categorical", [1, 2]) == typed("categorical", [1.0, 2.0]) == ["1", "2"]
    assert typed("categorical", [1.0, None]) == ["1", None]


def test_large_whole_numbers_are_labels_of_their_own():
    large = [2**53, 2**53 + 1]  # equal as float64
    assert typed("categorical", large) == typed("text", large) == list(map(str, large))
    gap = pd.array([2**53 + 1, None], dtype="Int64")
    assert typed("categorical", gap) == ["9007199254740993", None]


def test_dates_lose_their_zone_but_not_their_moment():
    (moment,) = typed("date", ["2026-01-31T12:00:00+02:00"])
    assert moment == pd.Timestamp("2026-01-31 10:00")


def test_missing_text_is_empty():
    assert typed("text", ["a b", None]) == ["a b", ""]


def test_a_number_is_the_same_text_whether_its_column_has_gaps():
    assert typed("text", [9876543210, 98]) == ["9876543210", "98"]
    assert typed("text", [9876543210, None]) == ["9876543210", ""]


@pytest.mark.parametrize(("role", "value"), [("numeric", "tall"), ("date", "soon"), ("boolean", 7)])
def test_a_value_that_does_not_fit_is_named(role, value):
    with pytest.raises(InputError, match=rf"column 'x' has 1 of 1 .*{value}"):
        typed(role, [value])


def test_a_personal_value_that_does_not_fit_is_not_shown():
    table, columns = pd.DataFrame({"born": ["2026-01-31", "31/31/1999"]}), Columns(date=["born"])
    with pytest.raises(InputError, match="31/31/1999"):
        typed_features(table, columns)
    with pytest.raises(InputError, match="1 of 2 values that are not valid date values") as refused:
        typed_features(table, columns, masked=["born"])
    assert "1999" not in str(refused.value)


def test_a_missing_column_is_answered_with_the_nearest_name():
    with pytest.raises(InputError, match="nearest name is 'cholesterol'"):
        typed_features(pd.DataFrame({"cholesterol": [1]}), Columns(numeric=["cholestrol"]))


@pytest.mark.parametrize("role", ["numeric", "categorical", "date"])
@pytest.mark.parametrize("values", [[1.0, float("inf")], [1.0, float("-inf")]])
def test_infinity_fits_no_role(role, values):
    with pytest.raises(InputError, match="column 'x' has 1 of 2 values that are infinite"):
        typed(role, values)


@pytest.mark.parametrize("day", [20260131, 20260131.0, "2026-01-31"])
def test_a_day_written_as_a_number_is_that_day(day):
    assert typed("date", [day, None]) == [pd.Timestamp("2026-01-31"), pd.NaT]


@pytest.mark.parametrize("day", ["1677-01-01", "9999-12-31", "2026-02-31", 1_700_000_000])
def test_a_day_outside_of_the_calendar_is_named(day):
    with pytest.raises(
        InputError, match=f"not valid date values, such as .*{day}.*from 1678 to 2261"
    ):
        typed("date", [day])


def test_the_nearest_name_may_be_written_in_other_cases():
    assert nearest("TARGET", ["age", "Target"]) == "; the nearest name is 'Target'"


@pytest.mark.parametrize(
    "values", [pd.date_range("2026-01-31", periods=2), pd.to_timedelta([1, 2])]
)
def test_times_are_no_numbers_however_they_are_stored(values):
    with pytest.raises(InputError, match="2 of 2 values that are not valid numeric values"):
        typed("numeric", values)
