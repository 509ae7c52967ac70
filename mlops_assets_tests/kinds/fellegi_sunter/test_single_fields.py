"""A blocking rule of a single field that many share is warned about with its pairs."""

import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.kinds.fellegi_sunter.cleaning import standardise
from mlops_assets.kinds.fellegi_sunter.database import database
from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.kinds.fellegi_sunter.plan import make_plan
from mlops_assets.kinds.fellegi_sunter.single_fields import NAME, single_fields
from mlops_assets_tests.kinds.fellegi_sunter.people import COLUMNS, fit, people, spec

FEATURES, _ = people(800)


def claim_of(features=FEATURES, columns=COLUMNS, **params):
    given = Params.model_validate(params)
    with database() as connection:
        plan = make_plan(given, columns)
        standardise(connection, plan, features)
        return single_fields(connection, plan, given.blocking_fields)


def pairs_by(*fields: str) -> int:
    sizes = FEATURES.replace("", None).groupby([*fields]).size()
    return int((sizes * (sizes - 1) // 2).sum())


def test_a_field_that_many_share_is_warned_about_with_its_pairs_and_trains(caplog):
    trained = fit(FEATURES, blocking_fields=["jan_aadhaar", "gender"]).summary()
    assert [claim.name for claim in trained.claims] == list(spec().claims)
    (claim,) = [claim for claim in trained.claims if claim.name == NAME]
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    seen = f"the blocking field gender alone creates {pairs_by('gender'):,} pairs of 800 records"
    assert not claim.passed
    assert f"jan_aadhaar alone creates {pairs_by('jan_aadhaar')} pairs" in claim.observed
    assert claim.observed.endswith(seen)
    assert "write [gender, date_of_birth] in `blocking_fields`, which creates" in claim.todo
    assert "jan_aadhaar" not in claim.todo
    assert warned == [f"{seen}: {claim.todo}"]
    assert trained.metrics[f"train_{NAME}"] == 0


def test_the_field_to_add_makes_the_pairs_it_says():
    claim = claim_of(blocking_fields=["gender"], date_of_birth=None)
    named = Columns(text=["gender", "full_name"])
    with database() as connection:
        plan = make_plan(Params.model_validate({"blocking_fields": ["gender"]}), named)
        standardise(connection, plan, FEATURES)
        query = "select count(*) from records l join records r using (gender, full_name)"
        ((both_ways,),) = connection.execute(
            f"{query} where l.row_position < r.row_position"
        ).fetchall()
    assert claim.todo.endswith(
        f"write [gender, full_name] in `blocking_fields`, which creates {both_ways:,}"
    )


@pytest.mark.parametrize("rules", [None, [["full_name", "pincode"]], ["jan_aadhaar"], ["mobile"]])
def test_a_field_that_few_share_passes_whether_it_is_the_id_or_not(rules, caplog):
    claim = claim_of(blocking_fields=rules)
    assert claim.passed
    assert not caplog.records
    assert ("alone creates" in claim.observed) == (rules in (["jan_aadhaar"], ["mobile"]))


def test_an_id_that_many_share_does_not_pass():
    same = FEATURES.assign(jan_aadhaar="123456789012")
    assert not claim_of(same, blocking_fields=["jan_aadhaar"]).passed


def test_a_table_of_one_column_has_no_second_field():
    same = FEATURES.assign(pincode="302001")
    claim = claim_of(same, Columns(text=["pincode"]), blocking_fields=["pincode"])
    assert claim.todo == "give the records another field to combine with pincode"
