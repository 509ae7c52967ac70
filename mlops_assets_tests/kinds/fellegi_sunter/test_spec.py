"""The YAML: defaults that work, and mistakes that are named."""

import subprocess
import sys

import pytest
from pydantic import TypeAdapter, ValidationError

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.kinds.fellegi_sunter.plan import make_plan, weight
from mlops_assets.kinds.fellegi_sunter.spec import FellegiSunterSpec
from mlops_assets.kinds.registry import ModelSpec, discover
from mlops_assets_tests.kinds.fellegi_sunter.people import COLUMNS


def test_the_kind_is_found_by_its_type():
    model = TypeAdapter(ModelSpec).validate_python({"type": "fellegi_sunter"})
    assert isinstance(model, FellegiSunterSpec)
    assert discover()["fellegi_sunter"] is FellegiSunterSpec


def test_what_users_write_is_accepted():
    params = Params.model_validate(
        {"match_threshold": 0.9, "blocking_fields": ["jan_aadhaar", ["full_name", "pincode"]]}
    )
    plan = make_plan(params, COLUMNS)
    assert plan.rules == [["jan_aadhaar"], ["full_name", "pincode"]]
    assert plan.match_weight == pytest.approx(3.17, abs=0.01)


def test_the_threshold_is_kept_in_bits():
    assert weight(0.95) == pytest.approx(4.25, abs=0.01)
    assert weight(0.5) == 0


@pytest.mark.parametrize(
    "params", [{"match_threshold": 1}, {"blocking_fields": []}, {"treshold": 1}, {"names": ["a b"]}]
)
def test_what_makes_no_sense_is_refused(params):
    with pytest.raises(ValidationError):
        Params.model_validate(params)


def test_review_lies_below_match():
    with pytest.raises(ValidationError, match="at most match_threshold"):
        Params.model_validate({"review_threshold": 0.96})


def test_a_low_match_threshold_alone_leaves_nothing_to_review():
    plan = make_plan(Params.model_validate({"match_threshold": 0.3}), COLUMNS)
    assert plan.review_weight == plan.match_weight == weight(0.3)


def test_a_field_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(InputError, match=r"'full_nam'.*nearest name is 'full_name'"):
        make_plan(Params.model_validate({"blocking_fields": ["full_nam"]}), COLUMNS)
    with pytest.raises(InputError, match="`person_id` names 'ssn'"):
        make_plan(Params.model_validate({"person_id": "ssn"}), COLUMNS)


def test_a_default_that_is_not_there_is_left_out():
    plan = make_plan(Params(), Columns(text=["full_name", "city"], date=["date_of_birth"]))
    assert (plan.person_id, plan.household, plan.others) == (None, [], ["city"])


@pytest.mark.parametrize(
    "name",
    ["father name", "father-name", "2nd", "row_position", "Records", "provenance", "golden_id"],
)
def test_a_name_that_no_column_of_its_tables_can_have_is_refused(name):
    columns = Columns(text=["full_name", name], date=["date_of_birth"])
    with pytest.raises(InputError, match=f"`columns` names '{name}'.*rename the column"):
        make_plan(Params(), columns)


def test_a_column_called_names_is_refused_beside_names_in_parts():
    columns = Columns(text=["first", "last", "names"], date=["date_of_birth"])
    assert make_plan(Params(), columns).others == ["first", "last", "names"]
    with pytest.raises(InputError, match="'names'"):
        make_plan(Params(names=["first", "last"]), columns)


def test_an_id_of_a_family_is_one_of_the_things_a_household_shares():
    plan = make_plan(Params.model_validate({"id_belongs_to": "family"}), COLUMNS)
    assert (plan.unique_id, "jan_aadhaar" in plan.household) == (None, True)
    assert ["jan_aadhaar"] not in plan.rules


@pytest.mark.process
def test_the_yaml_costs_no_heavy_import():
    code = (
        "import sys, mlops_assets.kinds.fellegi_sunter; "
        "print([n for n in ('splink', 'duckdb', 'pandas', 'numpy', 'mlflow') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
