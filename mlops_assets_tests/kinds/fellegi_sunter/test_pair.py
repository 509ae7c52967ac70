"""A pair is explained in words, adds up to the weight that decides, and shows no value."""

from dataclasses import replace

import pandas as pd
import pytest

from mlops_assets.kinds.base import ExplainedPair, ExplainsPairs
from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel
from mlops_assets.kinds.fellegi_sunter.linking import link
from mlops_assets.kinds.fellegi_sunter.pair import explain_pair, explain_pairs
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets_tests.kinds.fellegi_sunter.people import fitted, linkage, people

FEATURES, _ = people(1500, seed=3)
COMPLETE = FEATURES[(FEATURES != "").all(axis=1)].iloc[[0, 0]]


@pytest.fixture(scope="module")
def pairs() -> pd.DataFrame:
    return link(linkage(), FEATURES).pairs


def said_of(pair: pd.DataFrame) -> dict[str, str]:
    return {field: seen for field, seen, _ in explain_pair(linkage(), pair).evidence}


def with_second(pair: pd.DataFrame, **values: str) -> pd.DataFrame:
    """The pair with other values in its second row."""
    return pair.assign(**{name: [pair[name].iloc[0], value] for name, value in values.items()})


def decided(match_weight: float, review_weight: float, pair: pd.DataFrame) -> ExplainedPair:
    """What the model says of a pair with other thresholds."""
    thresholds = {"match_weight": match_weight, "review_weight": review_weight}
    model: LinkageModel = linkage()
    return explain_pair(replace(model, plan=model.plan.model_copy(update=thresholds)), pair)


def test_only_a_model_that_compares_records_explains_pairs():
    assert isinstance(fitted(), ExplainsPairs)
    assert not issubclass(SklearnModel, ExplainsPairs)


def test_the_weights_add_up_to_the_weight_of_the_pair_either_way_round(pairs):
    for pair in pairs.sample(5, random_state=0).itertuples():
        for order in ([pair.left, pair.right], [pair.right, pair.left]):
            said = explain_pair(linkage(), FEATURES.iloc[order])
            assert said.match_weight == pytest.approx(pair.match_weight)
            assert sum(it.weight for it in said.evidence) == pytest.approx(pair.match_weight)
            assert said.probability == pytest.approx(pair.probability)


def test_many_pairs_are_explained_as_each_alone(pairs):
    few = pairs.sample(4, random_state=1)
    together = explain_pairs(linkage(), FEATURES, list(zip(few["left"], few["right"], strict=True)))
    for pair, said in zip(few.itertuples(), together, strict=True):
        alone = explain_pair(linkage(), FEATURES.iloc[[pair.left, pair.right]])
        assert [it[:2] for it in said.evidence] == [it[:2] for it in alone.evidence]
        assert said.match_weight == pytest.approx(alone.match_weight)
        assert (said.decision, said.reason) == (alone.decision, alone.reason)


def test_the_last_word_first_counts_the_same_either_way_round():
    turned = with_second(COMPLETE, full_name="Devika Mohini Rao")
    turned["full_name"] = ["Rao Devika Mohiny", "Devika Mohini Rao"]
    weights = [explain_pair(linkage(), pair).match_weight for pair in (turned, turned[::-1])]
    linked = link(linkage(), turned.reset_index(drop=True)).pairs["match_weight"]
    assert weights == [pytest.approx(linked.item())] * 2


def test_a_record_and_itself_agree_in_every_field():
    said = explain_pair(linkage(), COMPLETE)
    words = {field: seen for field, seen, _ in said.evidence}
    assert words["full_name"].startswith("agree exactly")
    assert words["household"] == "same mobile and address or pincode"
    assert words["date_of_birth"] == "agree exactly"
    assert said.evidence[0].field == "before looking"
    assert said.evidence[0].weight < -10
    assert (said.decision, said.reason) == ("match", "at least 4.25 bits (probability 0.95)")


def test_a_slip_and_a_missing_value_are_said_in_words():
    born = COMPLETE["date_of_birth"].iloc[0]
    slip = with_second(COMPLETE, date_of_birth=born + pd.Timedelta(days=1), jan_aadhaar="")
    words = said_of(slip)
    assert words["date_of_birth"] == "one slip apart"
    assert words["jan_aadhaar"] == "missing"


def test_two_different_valid_ids_are_for_review():
    other = COMPLETE["jan_aadhaar"].iloc[0].translate(str.maketrans("0123456789", "5678901234"))
    said = explain_pair(linkage(), with_second(COMPLETE, jan_aadhaar=other))
    assert said.match_weight > 4.25
    assert said.decision == "review"
    assert said.reason.endswith("two different valid ids contradict")


def test_what_is_not_sure_and_what_is_no_match(pairs):
    pair = pairs.iloc[0]
    rows, weight = FEATURES.iloc[[pair["left"], pair["right"]]], pair["match_weight"]
    unsure = decided(weight + 1, weight - 1, rows)
    assert unsure.decision == "review"
    assert unsure.reason.startswith(f"at least {weight - 1:.2f} bits")
    assert f"below {weight + 1:.2f} bits" in unsure.reason
    assert decided(weight + 2, weight + 1, rows).decision == "no match"


def test_two_that_no_rule_lets_meet_are_not_compared(pairs):
    met = {*zip(pairs["left"], pairs["right"], strict=True)}
    stranger = next(place for place in range(1, len(FEATURES)) if (0, place) not in met)
    said = explain_pair(linkage(), FEATURES.iloc[[0, stranger]])
    assert said.decision == "not compared"
    assert said.reason.startswith("no blocking rule pairs the two; otherwise it would be no match")


def test_dates_that_are_both_missing_are_missing():
    nobody = COMPLETE.assign(date_of_birth=pd.Series(pd.NaT, COMPLETE.index, "datetime64[ns]"))
    assert said_of(nobody)["date_of_birth"] == "missing"
