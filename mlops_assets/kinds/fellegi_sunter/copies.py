"""Find fields that are copies of each other: the model would count their evidence twice."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from mlops_assets.claims import Claim
from mlops_assets.kinds.fellegi_sunter.comparisons import compared_fields

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.plan import Plan

NAME = "no_field_is_a_copy"
MOST_ALIKE = 0.9


def no_copies(connection: DuckDBPyConnection, plan: Plan) -> Claim:
    """Check that no two comparisons read fields of the same values, in records that have both."""
    facts = compared_fields(plan).values()
    pairs = [(a, b) for left, right in combinations(facts, 2) for a in left for b in right]
    shares = _shares(connection, pairs)
    copies = {pair: share for pair, share in shares.items() if share > MOST_ALIKE}
    seen = (
        f"{a} and {b} are the same in {share:.0%} of the records"
        for (a, b), share in copies.items()
    )
    return Claim(
        name=NAME,
        passed=not copies,
        observed="; ".join(seen) or "no two fields have the same values",
        bound=f"the same in at most {MOST_ALIKE:.0%} of the records that have both",
        todo=f"leave {', '.join(sorted({b for _, b in copies}))} out of `columns`",
    )


def _shares(
    connection: DuckDBPyConnection, pairs: list[tuple[str, str]]
) -> dict[tuple[str, str], float]:
    """The share of the records with both fields in which they are equal; 0 without such records."""
    if not pairs:
        return {}
    same = (f'avg(("{a}"::varchar = "{b}"::varchar)::integer)' for a, b in pairs)
    ((*found,),) = connection.execute(f"select {', '.join(same)} from records").fetchall()  # noqa: S608
    return {pair: share or 0.0 for pair, share in zip(pairs, found, strict=True)}
