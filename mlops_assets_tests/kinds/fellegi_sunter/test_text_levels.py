"""Two values of a field are compared as what they are: words, an address, a number, an email."""

import duckdb
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.kinds.fellegi_sunter.cleaning import standardise
from mlops_assets.kinds.fellegi_sunter.comparisons import comparisons
from mlops_assets.kinds.fellegi_sunter.database import database
from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.kinds.fellegi_sunter.plan import make_plan
from mlops_assets.kinds.fellegi_sunter.shapes import shape


def reached(column: str, one: str, other: str, **more) -> str:
    """The level in words that two values of the only column of this kind reach."""
    plan = make_plan(Params.model_validate(more.pop("params", {})), Columns(text=[column]))
    (compared,) = comparisons(plan.model_copy(update=more))
    table = pd.DataFrame({f"{column}_l": [one], f"{column}_r": [other]})
    for level in compared["comparison_levels"]:
        condition = level["sql_condition"].replace("ELSE", "true")
        with duckdb.connect() as connection:
            connection.register("pair", table)
            query = f"select {condition} from pair"  # noqa: S608
            if connection.execute(query).fetchone() == (True,):
                return level["label_for_charts"]
    raise AssertionError("no level")


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("12 church road", "12 chruch road", "nearly agree"),
        ("12 church road", "14 church road", "agree but for a number"),
        ("12 church road", "church road", "words left out"),
        ("acme trading holdings", "holdings acme limited", "half of the words agree"),
        ("acme trading", "zenith foods", "different"),
    ],
)
def test_organisations_and_addresses_share_words_and_have_their_own_numbers(one, other, level):
    assert reached("company", one, other) == level


def test_the_name_of_an_organisation_shares_words():
    names = "rajasthan marble export house", "marble export rajasthan ltd"
    assert reached("full_name", *names) == "half of the words agree"


def test_neighbours_do_not_have_the_same_address():
    plan = {"worded": ["address"]}
    assert reached("address", "12 church road", "14 church road", **plan) == "different"
    assert reached("address", "12 church road", "12 chruch road", **plan) == "same address"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("ann@a com", "ann@b com", "same name before the @"),
        ("anna smith@a com", "anna smith a com", "nearly agree"),
        ("ann@a com", "zoe@b org", "different"),
    ],
)
def test_an_email_has_a_name_before_the_at(one, other, level):
    assert reached("contact", one, other, shapes={"contact": "email"}) == level


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["ann@a.com", "bob@b.org", "none"], "email"),
        (["98290 12345", "+91 98290-11111"], "number"),
        (["1980-02-03", "1999-12-31"], "date"),
        (["Sita", "Gita"], "word"),
        (["Acme Trading Ltd", "Zenith"], "words"),
    ],
)
def test_the_shape_is_that_of_most_values(values, expected):
    plan = make_plan(Params(), Columns(text=["field"]))
    with database() as connection:
        standardise(connection, plan, pd.DataFrame({"field": values}))
        assert shape(connection, "field") == expected
