"""Training depends on the records and the seed alone, and says what it learned."""

import json

import pytest

from mlops_assets.errors import InputError
from mlops_assets_tests.kinds.fellegi_sunter.people import fit, fitted, linkage, people

pytestmark = pytest.mark.statistics


def probabilities(model) -> list[float]:
    return [
        level[which]
        for comparison in model.settings["comparisons"]
        for level in comparison["comparison_levels"]
        for which in ("m_probability", "u_probability")
        if which in level
    ]


def test_the_order_of_the_records_does_not_matter():
    features, _ = people()
    shuffled = fit(features.sample(frac=1, random_state=4)).linkage
    assert probabilities(shuffled) == probabilities(linkage())
    assert shuffled.frequencies == linkage().frequencies


@pytest.mark.statistics
def test_learning_again_gives_the_same_to_the_last_bit():
    features, _ = people(rows=60_000)
    one, other = fit(features).linkage, fit(features).linkage
    assert one.settings == other.settings


def test_every_claim_holds_and_is_a_metric():
    claims = fitted().summary().claims
    assert all(claim.passed for claim in claims)
    assert {f"train_{claim.name}" for claim in claims} <= set(fitted().summary().metrics)


def test_the_prior_is_about_the_share_of_duplicates():
    _, ground_truth = people()
    pairs = sum(n * (n - 1) / 2 for n in ground_truth.value_counts())
    expected = pairs / (len(ground_truth) * (len(ground_truth) - 1) / 2)
    assert fitted().summary().metrics["train_prior"] == pytest.approx(expected, rel=0.25)


def test_learning_on_one_household_member_for_another_fails_its_claims():
    features, _ = people()
    house = features["mobile"] + features["district"]
    wrong = fit(features.assign(jan_aadhaar=house.where(features["mobile"] != "0000000000", "")))
    failed = {claim.name for claim in wrong.summary().claims if not claim.passed}
    assert "duplicates_agree_on_who_they_are" in failed


def test_the_samples_hold_no_value_of_a_record():
    features, _ = people()
    samples = fitted().summary().samples
    names = set(features["full_name"].str.lower())
    assert 20 <= len(samples) <= 200
    assert not names & set(samples.astype(str).stack().str.lower())
    assert set(samples["full_name"]) >= {"agree exactly"}


def test_the_params_say_what_was_used():
    params = fitted().summary().params
    assert json.dumps(params)
    assert params["household"] == ["mobile", "address", "pincode", "district"]
    assert ["jan_aadhaar"] in params["blocking_fields"]


def test_a_field_without_values_is_said():
    features = people(200)[0].assign(jan_aadhaar="")
    with pytest.raises(InputError, match=r"jan_aadhaar is missing.*leave jan_aadhaar out"):
        fit(features)
