"""Every comparison is learned on a block without it, or the fit says which is not."""

import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.fellegi_sunter.cleaning import standardise
from mlops_assets.kinds.fellegi_sunter.comparisons import compared_fields
from mlops_assets.kinds.fellegi_sunter.database import database
from mlops_assets.kinds.fellegi_sunter.em_blocks import EmBlocks, em_blocks
from mlops_assets.kinds.fellegi_sunter.model import FellegiSunterModel
from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.kinds.fellegi_sunter.plan import Plan, make_plan
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets_tests.kinds.fellegi_sunter.people import COLUMNS, people, spec

FEATURES, _ = people(900)


def fit_on(*fields: str, features=FEATURES, **params) -> FellegiSunterModel:
    """A model that was trained on some of the columns."""
    named = {role: [it for it in its if it in fields] for role, its in COLUMNS.model_dump().items()}
    rows = Dataset(features[[*fields]], Columns.model_validate(named))
    return spec(**params).fit(rows, DEDUPLICATION, seed=0, allowed_prefixes=())


def blocks_of(features=FEATURES, **params) -> tuple[Plan, EmBlocks]:
    plan = make_plan(Params.model_validate(params), COLUMNS)
    with database() as connection:
        standardise(connection, plan, features)
        return plan, em_blocks(connection, plan, len(features))


def learned_weights(model: FellegiSunterModel) -> dict[str, bool]:
    """Whether each comparison has a probability among duplicates for exact agreement above 0.2."""
    return {
        comparison["output_column_name"]: comparison["comparison_levels"][1]["m_probability"] > 0.2
        for comparison in model.linkage.settings["comparisons"]
    }


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"person_id": None},
        {"person_id": None, "date_of_birth": None},
        {"names": [], "date_of_birth": None, "household": []},
        {"id_belongs_to": "family"},
    ],
)
def test_every_comparison_is_outside_some_block(params):
    plan, blocks = blocks_of(**params)
    for field, fields in compared_fields(plan).items():
        assert any(not set(fields) & set(block) for block in blocks.pairs), field
    assert all(blocks.pairs.values())


def test_one_name_and_one_household_field_are_learned():
    assert learned_weights(fit_on("full_name", "mobile")) == {"full_name": True, "household": True}


def test_without_date_of_birth_and_id_the_names_are_learned():
    model = fit_on("full_name", "mobile", "address", "district", "pincode", "gender")
    assert learned_weights(model)["full_name"]
    assert not [it for it in model.summary().claims if not it.passed]


def test_a_field_that_few_share_is_preferred_to_two():
    _, blocks = blocks_of(names=[], date_of_birth=None, household=[], person_id=None)
    assert ("jan_aadhaar",) in blocks.pairs


def test_a_single_field_cannot_be_learned_and_is_named():
    with pytest.raises(
        InputError, match="anything but full_name, so its weights cannot be learned"
    ):
        fit_on("full_name")


def test_a_comparison_that_is_missing_in_every_training_pair_is_named():
    gender = FEATURES["gender"].where(~FEATURES["full_name"].duplicated(keep=False))
    shown = FEATURES["jan_aadhaar"].where(~FEATURES["jan_aadhaar"].duplicated(keep=False), "")
    alone = FEATURES.assign(gender=gender, jan_aadhaar=shown)
    with pytest.raises(
        InputError, match=r"gender is missing in every pair of records.*leave gender"
    ):
        fit_on("full_name", "date_of_birth", "gender", features=alone)


def test_records_of_a_single_person_are_no_population():
    same = FEATURES.iloc[[0] * 50].reset_index(drop=True)
    with pytest.raises(InputError, match="nearly all pairs of records agree on"):
        fit_on("full_name", "date_of_birth", "mobile", features=same)
