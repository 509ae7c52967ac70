"""Find blocking rules in the data: the fewest fields that agree for few pairs."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.kinds.fellegi_sunter.blocking import affordable, count_pairs

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.plan import Plan

MOST_FIELDS = 12
"""Fields that are combined, most discriminating first: 66 combinations at most."""
ALL_RULES = 5
"""All rules together may create this many times the pairs of one."""

Counted = tuple[list[str], int]


def default_rules(connection: DuckDBPyConnection, plan: Plan, rows: int) -> list[Counted]:
    """The rules, each with its pairs: single fields that are affordable, and pairs of the others.

    A duplicate is found if it is spelt alike in one discriminating field or in two others. Rules
    with the fewest pairs come first, because chance adds least to them; the id of a person leads.
    Raises `InputError` if there is no field.
    """
    if not plan.fields:
        raise InputError(
            seen="no field to find pairs by",
            expected="names, a date of birth, an id or other fields",
            todo="list them under `columns`",
        )
    most = affordable(rows)
    singles = _counted(connection, [[field] for field in plan.fields])
    kept = [one for one in singles if one[1] <= most]
    common = [rule[0] for rule, count in singles if count > most][:MOST_FIELDS]
    pairs = _counted(connection, [list(two) for two in combinations(common, 2)])
    kept += [one for one in pairs if one[1] <= most]
    return _within(ALL_RULES * most, _id_first(kept or pairs[:1] or singles[:1], plan))


def _counted(connection: DuckDBPyConnection, rules: list[list[str]]) -> list[Counted]:
    counted = zip(rules, count_pairs(connection, rules), strict=True)
    return sorted(counted, key=lambda one: one[1])


def _id_first(rules: list[Counted], plan: Plan) -> list[Counted]:
    return sorted(rules, key=lambda one: (one[0] != [plan.unique_id], one[1]))


def _within(most: int, rules: list[Counted]) -> list[Counted]:
    """The first rules whose pairs add up to at most `most`; at least one."""
    total, kept = 0, []
    for rule, count in rules:
        total += count
        if kept and total > most:
            break
        kept.append((rule, count))
    return kept
