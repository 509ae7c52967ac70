"""A blocking rule of a single field is warned about with its pairs; the run goes on."""

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


def test_what_users_write_trains_and_is_warned_about_with_its_pairs(caplog):
    trained = fit(FEATURES, blocking_fields=["jan_aadhaar", "full_name"]).summary()
    assert [claim.name for claim in trained.claims] == list(spec().claims)
    (claim,) = [claim for claim in trained.claims if claim.name == NAME]
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    pairs = pairs_by("full_name")
    seen = f"the blocking field full_name alone creates {pairs} pairs of 800 records"
    assert not claim.passed
    assert f"jan_aadhaar alone creates {pairs_by('jan_aadhaar')} pairs" in claim.observed
    assert claim.observed.endswith(seen)
    assert "write [full_name, date_of_birth] in `blocking_fields`, which creates" in claim.todo
    assert "jan_aadhaar" not in claim.todo
    assert warned == [f"{seen}: {claim.todo}"]
    assert trained.metrics[f"train_{NAME}"] == 0


def test_the_field_to_add_makes_the_pairs_it_says():
    claim = claim_of(blocking_fields=["mobile"], date_of_birth=None)
    named = Columns(text=["mobile", "full_name"])
    with database() as connection:
        plan = make_plan(Params.model_validate({"blocking_fields": ["mobile"]}), named)
        standardise(connection, plan, FEATURES)
        query = "select count(*) from records l join records r using (mobile, full_name)"
        ((both_ways,),) = connection.execute(
            f"{query} where l.row_position < r.row_position"
        ).fetchall()
    assert claim.todo.endswith(
        f"write [mobile, full_name] in `blocking_fields`, which creates {both_ways:,}"
    )


@pytest.mark.parametrize("rules", [None, [["full_name", "pincode"]], ["jan_aadhaar"]])
def test_no_single_field_or_the_own_id_alone_passes(rules, caplog):
    claim = claim_of(blocking_fields=rules)
    assert claim.passed
    assert not caplog.records
    assert ("jan_aadhaar alone creates" in claim.observed) == (rules == ["jan_aadhaar"])


def test_an_id_that_many_share_or_that_families_share_does_not_pass():
    same = FEATURES.assign(jan_aadhaar="123456789012")
    assert not claim_of(same, blocking_fields=["jan_aadhaar"]).passed
    assert not claim_of(blocking_fields=["jan_aadhaar"], id_belongs_to="family").passed


def test_a_table_of_one_column_has_no_second_field():
    claim = claim_of(columns=Columns(text=["pincode"]), blocking_fields=["pincode"])
    assert claim.todo == "give the records another field to combine with pincode"
