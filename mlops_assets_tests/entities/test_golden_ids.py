"""Golden ids stay: merges, splits and moves are what is told, and order plays no part."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_assets.entities.golden_ids import golden_ids

NOTHING = pd.Series(dtype=object)


def clusters(*groups: str) -> pd.Series:
    """Clusters of records with names of one letter: `clusters("ab", "c")`."""
    return pd.Series({record: place for place, group in enumerate(groups) for record in group})


def people(ids: pd.Series) -> set[str]:
    return {"".join(sorted(group)) for group in ids.groupby(ids).groups.values()}


def told(changes: pd.DataFrame) -> set[tuple]:
    return set(changes.itertuples(index=False, name=None))


@pytest.fixture
def before() -> pd.Series:
    return golden_ids(NOTHING, clusters("abc", "de", "f")).ids


def test_everybody_gets_an_id_that_says_nothing_about_the_records(before):
    assert people(before) == {"abc", "de", "f"}
    assert before.str.fullmatch("G-[0-9a-f]{16}").all()


def test_the_same_records_get_the_same_ids_in_any_order(before):
    again = golden_ids(NOTHING, clusters("f", "ed", "cab")).ids
    assert again.sort_index().equals(before.sort_index())


def test_a_new_record_gets_the_id_of_its_cluster(before):
    now = golden_ids(before, clusters("abcx", "de", "f"))
    assert now.ids["x"] == before["a"]
    assert now.ids.drop("x").equals(before)
    assert now.changes.empty


def test_of_merged_ids_the_one_with_most_records_stays(before):
    now = golden_ids(before, clusters("abcde", "f"))
    assert set(now.ids[list("abcde")]) == {before["a"]}
    assert told(now.changes) == {(before["d"], "merged", before["a"], 2)}


def test_the_larger_part_of_a_split_keeps_the_id(before):
    now = golden_ids(before, clusters("bc", "a", "de", "f"))
    assert now.ids["b"] == before["b"]
    assert now.ids["a"] not in set(before)
    assert told(now.changes) == {(before["a"], "split", now.ids["a"], 1)}


def test_a_record_that_moves_is_told(before):
    now = golden_ids(before, clusters("ab", "cde", "f"))
    assert now.ids["c"] == before["d"]
    assert told(now.changes) == {(before["a"], "moved", before["d"], 1)}


def test_an_id_without_records_is_retired_and_not_given_out_again(before):
    now = golden_ids(before, clusters("abc", "de"))
    assert told(now.changes) == {(before["f"], "retired", None, 1)}
    back = golden_ids(now.ids, clusters("abc", "de", "f"), used=[before["f"]])
    assert back.ids["f"] not in set(before)


def test_a_split_record_never_gets_the_id_that_was_named_after_it(before):
    parts = golden_ids(before, clusters("a", "bc", "de", "f")).ids
    assert parts["a"] != before["a"]
    assert parts["b"] == before["a"]


groupings = st.lists(st.integers(0, 5), min_size=1, max_size=12)


@given(groupings, groupings, st.randoms())
def test_any_change_gives_each_cluster_one_id_of_its_own(old, new, random):
    first = golden_ids(NOTHING, pd.Series(old, [f"r{i}" for i in range(len(old))])).ids
    now = pd.Series(new, [f"r{i + 3}" for i in range(len(new))])
    found = golden_ids(first, now)
    assert found.ids.index.equals(now.index)
    assert found.ids.groupby(now).nunique().eq(1).all()
    assert found.ids.nunique() == now.nunique()
    mixed = list(now.index)
    random.shuffle(mixed)
    again = golden_ids(first.sample(frac=1, random_state=0), now[mixed])
    assert again.ids[now.index].equals(found.ids)
    assert told(again.changes) == told(found.changes)
    ended = set(first) - set(found.ids)
    ending = found.changes[found.changes["change"].isin(["merged", "retired"])]
    assert set(ending["golden_id"]) == ended
