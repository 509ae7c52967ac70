"""Rules found in the data: single fields that few records share, and combinations of the others."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.kinds.fellegi_sunter.blocking import affordable
from mlops_assets.kinds.fellegi_sunter.cleaning import standardise
from mlops_assets.kinds.fellegi_sunter.database import database
from mlops_assets.kinds.fellegi_sunter.default_rules import ALL_RULES, default_rules
from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.kinds.fellegi_sunter.plan import make_plan

ROWS = 2000


def rules_of(table: pd.DataFrame) -> list[tuple[list[str], int]]:
    plan = make_plan(Params(), Columns(text=list(table)))
    with database() as connection:
        standardise(connection, plan, table)
        return default_rules(connection, plan, len(table))


def values(distinct: int, seed: int) -> list[str]:
    return [f"v{number}" for number in np.random.default_rng(seed).integers(0, distinct, ROWS)]


def test_a_field_that_few_share_is_a_rule_and_the_others_are_combined():
    table = pd.DataFrame(
        {
            "email": values(1500, 0),
            "town": values(10, 1),
            "street": values(12, 2),
            "sex": ["f"] * ROWS,
        }
    )
    assert [rule for rule, _ in rules_of(table)] == [["email"], ["street", "town"]]


def test_the_pairs_are_bounded_however_many_fields_there_are():
    table = pd.DataFrame({f"field{n}": values(25, n) for n in range(12)})
    counts = [count for _, count in rules_of(table)]
    assert max(counts) <= affordable(ROWS)
    assert sum(counts) <= ALL_RULES * affordable(ROWS)


def test_where_nothing_is_affordable_the_cheapest_combination_is_left():
    table = pd.DataFrame({"sex": values(2, 0), "side": values(3, 1), "hand": ["r"] * ROWS})
    assert [rule for rule, _ in rules_of(table)] == [["side", "sex"]]


def test_no_field_at_all_is_said():
    plan = make_plan(Params(), Columns())
    with database() as connection, pytest.raises(InputError, match="no field to find pairs by"):
        default_rules(connection, plan, 0)
