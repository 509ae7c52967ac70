"""A difference applied to the old table gives the new one, and holds nothing that stayed."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from mlops_assets.entities.difference import difference

VALUES = st.sampled_from(["x", "y", None])
TABLES = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("pq")), st.tuples(VALUES, VALUES)
)


def table(rows: dict) -> pd.DataFrame:
    names = ["left", "right", "one", "two"]
    return pd.DataFrame([(*key, *row) for key, row in rows.items()], columns=names, dtype=object)


@given(TABLES, TABLES)
def test_deleting_and_adding_gives_the_new_table(old, new):
    found = difference(table(old), table(new), ["left", "right"])
    deleted = set(found.delete.itertuples(index=False, name=None))
    added = {(left, right): (one, two) for left, right, one, two in found.add.to_numpy().tolist()}
    stayed = {key: row for key, row in old.items() if key not in deleted}
    assert not stayed.keys() & added.keys()
    assert stayed | added == new
    assert all(old.get(key) != row for key, row in added.items())
    assert deleted <= old.keys()


def test_nothing_is_written_for_the_same_table():
    same = pd.DataFrame({"item": ["a"], "weight": [1.5], "why": [None]})
    found = difference(same, same.copy(), ["item"])
    assert (len(found.delete), len(found.add)) == (0, 0)
