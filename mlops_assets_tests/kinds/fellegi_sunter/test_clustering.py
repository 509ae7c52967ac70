"""Two ids of two people stay apart, however long the chain between them, and at little cost."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.kinds.fellegi_sunter.cleaning import standardise
from mlops_assets.kinds.fellegi_sunter.clustering import Clustered, cluster
from mlops_assets.kinds.fellegi_sunter.comparisons import contradiction
from mlops_assets.kinds.fellegi_sunter.database import database
from mlops_assets.kinds.fellegi_sunter.groups import Groups, contradict
from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.kinds.fellegi_sunter.plan import make_plan

ONE, TYPO, OTHER = "712345678901", "712345678910", "798765432109"
PLAN = make_plan(Params(), Columns(text=["jan_aadhaar", "mobile"]))


def chained(ids: list[str], weights: list[float] | None = None) -> Clustered:
    """Every record a match of the next."""
    rows = len(ids)
    weight = [9.0] * (rows - 1) if weights is None else weights
    pairs = pd.DataFrame({"left": range(rows - 1), "right": range(1, rows), "match_weight": weight})
    mobiles = [str(place) for place in range(rows)]
    with database() as connection:
        standardise(connection, PLAN, pd.DataFrame({"jan_aadhaar": ids, "mobile": mobiles}))
        return cluster(connection, PLAN, pairs.assign(contradicts=False), rows)


@pytest.mark.parametrize(
    ("ids", "weights", "labels"),
    [
        ([ONE, "", OTHER], [9.0, 8.0], [0, 0, 1]),
        ([ONE, "", OTHER], [8.0, 9.0], [0, 1, 1]),
        ([ONE, "", TYPO], [9.0, 8.0], [0, 0, 0]),
        ([ONE, "", "", OTHER], [9.0, 5.0, 8.0], [0, 0, 1, 1]),
    ],
)
def test_the_weakest_pair_between_two_ids_is_refused(ids, weights, labels):
    assert chained(ids, weights).labels.tolist() == labels


def test_a_long_chain_of_different_ids_is_no_more_work_than_its_pairs():
    rows = 40_000  # all pairs of its ids would be 200 million
    numbers = np.random.default_rng(0).integers(10**11, 10**12, rows // 2)
    found = chained([it for number in numbers for it in (str(number), "")])
    assert len(np.unique(found.labels)) >= rows // 2 * 0.999
    assert found.contradicted.mean() > 0.5


def test_typing_errors_are_counted_as_the_database_counts_them():
    rng = np.random.default_rng(1)
    ids = ["".join(rng.choice(["0", "1"], rng.integers(4, 8))) for _ in range(120)]
    pairs = [(one, other) for one in ids for other in ids]
    with database() as connection:
        connection.register("pairs", pd.DataFrame(pairs, columns=["l", "r"]))
        query = f"select l, r, {contradiction('l', 'r')} from pairs"  # noqa: S608
        told = connection.execute(query).fetchall()
    assert len({apart for *_, apart in told}) == 2
    assert [pair for *pair, apart in told if contradict(*pair) != apart] == []


def test_groups_keep_the_ids_of_all_that_joined_them():
    groups = Groups({0: ONE, 1: TYPO, 3: OTHER})
    assert groups.join(0, 1)
    assert groups.join(1, 2)
    assert groups.join(2, 0)
    assert not groups.join(3, 2)
    assert not groups.join(1, 3)
    assert groups.join(3, 4)
