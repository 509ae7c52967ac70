"""Fields that cannot tell people apart, and fields that say the same twice, are named."""

import pandas as pd
import pytest

from mlops_assets.claims import Claim
from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.fellegi_sunter.model import FellegiSunterModel
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets_tests.kinds.fellegi_sunter import fake
from mlops_assets_tests.kinds.fellegi_sunter.people import COLUMNS, people, spec

pytestmark = pytest.mark.statistics
FEATURES, _ = people()


def fit(features: pd.DataFrame, columns: Columns) -> FellegiSunterModel:
    return spec().fit(Dataset(features, columns), DEDUPLICATION, seed=0, allowed_prefixes=())


def failed(model: FellegiSunterModel) -> dict[str, Claim]:
    return {claim.name: claim for claim in model.summary().claims if not claim.passed}


@pytest.mark.skipif(not fake.FILE.exists(), reason="Splink's fake_1000 is not in ../shared/data")
@pytest.mark.parametrize(
    "columns",
    [
        Columns(text=["first_name"], categorical=["city"]),
        Columns(text=["email"], categorical=["city"]),
        Columns(date=["dob"], categorical=["city"]),
        Columns(text=["first_name", "surname"]),
    ],
)
def test_two_fields_that_seldom_suffice_for_a_match_are_named(columns):
    """Such a model merges nothing, or a twentieth of what it should."""
    table = pd.read_csv(fake.FILE, dtype=str)
    features = typed_features(table, columns)
    model = fit(features, columns)
    said = failed(model)
    assert list(said) == ["agreement_on_all_is_a_match"]
    assert "give more fields a role" in said["agreement_on_all_is_a_match"].todo
    labelled = Dataset(features, columns, table["cluster"])
    assert DEDUPLICATION.metrics(labelled, model.predict(features))["recall"].value < 0.2


def with_second_name(name: pd.Series) -> FellegiSunterModel:
    columns = COLUMNS.model_copy(update={"text": [*COLUMNS.text, "second"]})
    return fit(FEATURES.assign(second=name), columns)


def test_a_copy_of_a_field_is_named():
    said = failed(with_second_name(FEATURES["full_name"].str.upper()))
    assert list(said) == ["no_field_is_a_copy"]
    seen = "full_name and second are the same in 100% of the records"
    assert said["no_field_is_a_copy"].observed == seen
    assert "leave second out" in said["no_field_is_a_copy"].todo


def test_a_field_that_is_often_another_is_no_copy():
    name = FEATURES["full_name"]
    often = name.where(FEATURES.index % 5 > 0, name.shift(7))
    assert "no_field_is_a_copy" not in failed(with_second_name(often))
