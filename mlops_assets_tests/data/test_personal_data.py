"""The policy on personal data: what is masked, what is scattered, what few rows share."""

import pandas as pd
import pytest

from mlops_assets.data.personal_data import MASK, PersonalData, digest, is_shared, mask_rare
from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import SMALL

TABLE = pd.DataFrame(
    {
        "name": ["Ada", "Bea", "Cy"],
        "born": pd.to_datetime(["1990-03-02", "1980-12-31", None]),
        "x": [3.0, 1.0, 2.0],
    }
)
OWN = PersonalData(("name", "born"))


def test_identity_and_personal_columns_are_the_personal_data_of_a_model():
    given = {**SMALL, "source": {"type": "csv", "path": "t.csv"}, "identity": ["id"]}
    spec = LifecycleSpec.model_validate({**given, "personal": ["name", "id"]})
    assert spec.personal_data == PersonalData(("id", "name"))
    assert "x" not in spec.personal_data
    assert "personal" not in spec.training()


def test_personal_values_are_masked_and_other_values_stay():
    masked = OWN.mask(TABLE)
    assert set(masked["name"]) == set(masked["born"]) == {MASK}
    assert masked["x"].tolist() == [3.0, 1.0, 2.0]
    assert TABLE["name"].tolist() == ["Ada", "Bea", "Cy"]


def test_scattered_rows_keep_every_value_and_nobody():
    scattered = PersonalData(("born", "x")).scatter(TABLE, dates=["born"])
    assert scattered["x"].tolist() == [1.0, 2.0, 3.0]
    assert scattered["born"].dropna().astype(str).tolist() == ["1980-07-01", "1990-07-01"]


def test_an_error_shows_no_personal_value():
    columns = Columns(date=["name"])
    with pytest.raises(InputError) as refused:
        OWN.typed(TABLE, columns)
    assert "Ada" not in str(refused.value)
    with pytest.raises(InputError, match="Ada"):
        PersonalData().typed(TABLE, columns)


def test_a_value_that_few_rows_share_is_masked():
    values = pd.Series(["a"] * 5 + ["b"] * 4 + [None])
    assert mask_rare(values[[0, 5, 9]], values.value_counts()) == ["a", MASK, ""]
    assert (is_shared(5), is_shared(4)) == (True, False)


def test_a_digest_is_stable_and_short():
    assert digest("ada") == "fdee430d40bd"  # stored profiles hold such digests
