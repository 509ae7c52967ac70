"""The same thing is written the same way, and a default is no value."""

import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.kinds.fellegi_sunter.cleaning import standardise
from mlops_assets.kinds.fellegi_sunter.database import database
from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.kinds.fellegi_sunter.plan import make_plan

COLUMNS = Columns(text=["full_name", "mobile"], date=["date_of_birth"], numeric=["height"])
PLAN = make_plan(Params(), COLUMNS)


def cleaned(plan=PLAN, columns=COLUMNS, **values) -> list:
    table = pd.DataFrame({name: values.get(name, [None]) for name in columns.names})
    with database() as connection:
        standardise(connection, plan, typed_features(table, columns))
        return (
            connection.table("records").df()[next(iter(values))].where(lambda v: v.notna(), None)[0]
        )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("  Sita   DEVI ", "sita devi"),
        ("O'Neil-Smith", "o neil smith"),
        ("सीता देवी", "सीता देवी"),
        ("Unknown", None),
        ("", None),
    ],
)
def test_a_name_is_lower_case_words_of_any_script(given, expected):
    assert cleaned(full_name=[given]) == expected


@pytest.mark.parametrize(
    ("given", "expected"), [("98290 12345", "9829012345"), ("0000000000", None), ("9-9-9-9", None)]
)
def test_a_number_has_no_spaces_and_one_digit_repeated_is_none(given, expected):
    assert cleaned(mobile=[given]) == expected


def test_the_first_of_january_is_no_date_of_birth():
    assert cleaned(date_of_birth=["1980-01-01"]) is None
    assert cleaned(date_of_birth=["1980-01-02"]) == "19800102"


@pytest.mark.parametrize("given", ["N/A", "not known", "Not-Known", "xx xx", "98-98 98"])
def test_a_default_is_found_however_it_is_written(given):
    plan = make_plan(Params(defaults={"text": ["N/A", "Not-Known", "XX-XX", "98 9898"]}), COLUMNS)
    assert cleaned(plan, full_name=[given]) is None
    assert cleaned(plan, full_name=["Sita"]) == "sita"


def test_defaults_of_words_leave_those_of_dates_as_they_are():
    plan = make_plan(Params(defaults={"text": ["N/A"]}), COLUMNS)
    assert cleaned(plan, date_of_birth=["1980-01-01"]) is None
    plan = make_plan(Params(defaults={"date": []}), COLUMNS)
    assert cleaned(plan, date_of_birth=["1980-01-01"]) == "19800101"
    assert cleaned(plan, full_name=["Unknown"]) is None


def test_a_date_that_is_text_is_cleaned_the_same():
    columns = Columns(text=["full_name", "date_of_birth"])
    plan = make_plan(Params(), columns)
    assert cleaned(plan, columns, date_of_birth=["1980-02-31"]) == "19800231"


def test_numbers_stay_numbers():
    assert cleaned(height=[1.75]) == 1.75


def test_a_missing_field_is_named():
    with pytest.raises(InputError, match="no column 'height'"), database() as connection:
        standardise(connection, PLAN, pd.DataFrame({"mobile": ["1"]}))
