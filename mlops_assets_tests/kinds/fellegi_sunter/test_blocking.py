"""Candidate pairs are those that agree on a rule, each once, and counted before they are made."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.kinds.fellegi_sunter import linking
from mlops_assets.kinds.fellegi_sunter.blocking import count_pairs, make_pairs
from mlops_assets.kinds.fellegi_sunter.database import database
from mlops_assets_tests.kinds.fellegi_sunter.people import fit, people

RULES = [["a"], ["b", "c"], ["c"]]
ROWS = pd.DataFrame(np.random.default_rng(0).choice(["x", "y", None], (30, 3)), columns=list("abc"))


def agree(left: int, right: int, rule: list[str]) -> bool:
    one, other = ROWS.loc[left, rule], ROWS.loc[right, rule]
    return bool((one.notna() & (one == other)).all())


@pytest.fixture
def connection():
    with database() as made:
        made.register("given", ROWS.assign(row_position=range(len(ROWS))))
        made.execute("create table records as from given")
        yield made


def test_the_pairs_of_each_rule_are_counted_without_joining(connection):
    pairs = list(combinations(range(30), 2))
    expected = [sum(agree(*pair, rule) for pair in pairs) for rule in RULES]
    assert count_pairs(connection, RULES) == expected


@pytest.mark.parametrize("new_rows", [None, 5])
def test_each_pair_is_made_once_by_the_first_rule_that_finds_it(connection, new_rows):
    make_pairs(connection, RULES, new_rows=new_rows)
    expected = {
        (left, right, str(next(n for n, rule in enumerate(RULES) if agree(left, right, rule))))
        for left, right in combinations(range(30), 2)
        if left < (new_rows or 30) and any(agree(left, right, rule) for rule in RULES)
    }
    made = connection.execute("select join_key_l, join_key_r, match_key from candidates").fetchall()
    assert len(made) == len(set(made))
    assert set(made) == expected


def test_too_many_pairs_stop_before_they_are_made_and_name_the_rule():
    features = people(500)[0]
    with pytest.raises(
        InputError, match=r"\d+ of them by gender.*at most max_candidate_pairs, 900"
    ):
        fit(features, blocking_fields=["full_name", "gender"], max_candidate_pairs=900)


def test_a_rule_may_be_plain_text():
    features = people(800)[0]
    model = fit(features, blocking_fields=["jan_aadhaar", "full_name"]).linkage
    assert model.plan.rules == [["jan_aadhaar"], ["full_name"]]
    assert set(linking.link(model, features).rules) == {"jan_aadhaar", "full_name"}
