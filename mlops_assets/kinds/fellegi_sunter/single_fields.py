"""Check blocking rules of a single field: how many pairs each creates, and a better rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.claims import Claim
from mlops_assets.errors import logger
from mlops_assets.kinds.fellegi_sunter.blocking import FEW_PAIRS, count_pairs

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.plan import Plan

NAME = "single_fields_create_few_pairs"
MANY_PAIRS_PER_ROW = 5

log = logger(__name__)


def single_fields(
    connection: DuckDBPyConnection, plan: Plan, named: Sequence[str | list[str]] | None
) -> Claim:
    """Check the single-field rules in `named`, the YAML's `blocking_fields`.

    A field that few records share, such as an email address, is a good rule. Logs a warning for
    each rule that fails.
    """
    rules = [[rule] if isinstance(rule, str) else rule for rule in named or []]
    fields = [rule[0] for rule in rules if len(rule) == 1]
    ((rows,),) = connection.execute("select count(*) from records").fetchall()
    pairs = dict(zip(fields, count_pairs(connection, [[it] for it in fields]), strict=True))
    few = max(FEW_PAIRS, MANY_PAIRS_PER_ROW * rows)
    doubtful = [it for it in fields if pairs[it] > few]
    advice = {field: _advice(connection, plan, field) for field in doubtful}
    for field in doubtful:
        log.warning("%s: %s", _seen(field, pairs[field], rows), advice[field])
    seen = "; ".join(_seen(field, pairs[field], rows) for field in fields)
    return Claim(
        name=NAME,
        passed=not doubtful,
        observed=seen or "no rule has a single field",
        bound=f"at most {few:,} pairs by a single field",
        todo="; ".join(advice.values()),
    )


def _seen(field: str, pairs: int, rows: int) -> str:
    return f"the blocking field {field} alone creates {pairs:,} pairs of {rows:,} records"


def _advice(connection: DuckDBPyConnection, plan: Plan, field: str) -> str:
    """Suggest a rule with a second field that distinguishes people, if there is one."""
    others = [plan.date_of_birth, *plan.names, *plan.household, *plan.others]
    second = next((name for name in others if name not in (None, field)), None)
    if second is None:
        return f"give the records another field to combine with {field}"
    (pairs,) = count_pairs(connection, [[field, second]])
    return f"write [{field}, {second}] in `blocking_fields`, which creates {pairs:,}"
