"""An explanation adds up to the weight that decides, in words."""

import pytest

from mlops_assets.kinds.fellegi_sunter.explaining import explain_pair
from mlops_assets.kinds.fellegi_sunter.linking import link
from mlops_assets_tests.kinds.fellegi_sunter.people import fitted, people, spec

FEATURES, _ = people(1500, seed=3)


def test_the_weights_add_up_to_the_weight_of_the_pair():
    pairs = link(fitted().model, FEATURES).pairs
    for pair in pairs.sample(5, random_state=0).itertuples():
        said = explain_pair(fitted().model, FEATURES.iloc[pair.left], FEATURES.iloc[pair.right])
        assert sum(weight for _, _, weight in said) == pytest.approx(pair.match_weight)


def test_a_record_and_itself_agree_in_every_field():
    complete = FEATURES[(FEATURES != "").all(axis=1)].iloc[0]
    said = {
        field: (words, weight)
        for field, words, weight in explain_pair(fitted().model, complete, complete)
    }
    assert said["full_name"][0].startswith("agree exactly")
    assert said["household"][0] == "same mobile and address or pincode"
    assert said["date_of_birth"][0] == "agree exactly"
    assert said["before looking"][1] < -10


def test_importance_is_of_every_comparison_most_important_first():
    table = spec().explain(fitted().model, FEATURES, None, "classification", seed=0)
    assert list(table.columns) == ["feature", "importance", "spread"]
    assert set(table["feature"]) == {
        "full_name", "date_of_birth", "jan_aadhaar", "household", "gender",
    }  # fmt: skip
    assert table["importance"].is_monotonic_decreasing
    assert table["feature"].iloc[-1] == "gender"
