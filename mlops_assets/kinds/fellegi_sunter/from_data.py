"""Complete a plan from the training rows: what its fields look like, and which rules find pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.kinds.fellegi_sunter.blocking import count_pairs
from mlops_assets.kinds.fellegi_sunter.default_rules import default_rules
from mlops_assets.kinds.fellegi_sunter.plan import Plan
from mlops_assets.kinds.fellegi_sunter.shapes import shape

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WORDED = ("word", "words", "email")


def with_shapes(connection: DuckDBPyConnection, plan: Plan) -> Plan:
    """The plan with the shapes of text fields, and the most discriminating fields first.

    A household's text field is `worded` if most of its values contain letters.
    """
    free = [*plan.household, *plan.others]
    chance = dict(zip(free, count_pairs(connection, [[name] for name in free]), strict=True))
    texts, others = (
        [name for name in some if plan.fields[name] == "text"]
        for some in (plan.household, plan.others)
    )
    return plan.model_copy(
        update={
            "household": sorted(plan.household, key=chance.__getitem__),
            "others": sorted(plan.others, key=chance.__getitem__),
            "worded": [it for it in texts if shape(connection, it) in WORDED],
            "shapes": {it: shape(connection, it) for it in others},
        }
    )


def with_rules(connection: DuckDBPyConnection, plan: Plan, rows: int) -> tuple[Plan, list[int]]:
    """The plan with its rules, from the YAML or else found in the data, and their pairs."""
    if plan.rules:
        return plan, count_pairs(connection, plan.rules)
    found = default_rules(connection, plan, rows)
    return plan.model_copy(update={"rules": [rule for rule, _ in found]}), [n for _, n in found]
