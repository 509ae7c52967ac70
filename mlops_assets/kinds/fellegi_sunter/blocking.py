"""Which pairs are compared at all: counted before they are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.core.errors import InputError
from mlops_assets.kinds.fellegi_sunter.standardising import ROW

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MANY_PAIRS_A_ROW = 5


def name(rule: list[str]) -> str:
    """A rule in words: `full_name and date_of_birth`."""
    return " and ".join(rule)


def condition(rule: list[str]) -> str:
    """The SQL under which two records `l` and `r` meet."""
    return " and ".join(f'l."{field}" = r."{field}"' for field in rule)


def count_pairs(
    connection: DuckDBPyConnection, rules: list[list[str]], table: str = "records"
) -> list[int]:
    """Pairs that each rule makes on its own, from the sizes of its blocks: nothing is joined."""
    counts = []
    for rule in rules:
        keys = ", ".join(f'"{field}"' for field in rule)
        filled = " and ".join(f'"{field}" is not null' for field in rule)
        query = f"""select coalesce(sum(n * (n - 1) // 2), 0)::bigint from
            (select count(*)::hugeint as n from {table} where {filled} group by {keys})"""  # noqa: S608
        counts += [row[0] for row in connection.execute(query).fetchall()]
    return counts


def require_few_pairs(rules: list[list[str]], counts: list[int], most: int, rows: int) -> None:
    """Raise `InputError` where the rules together make more than `most`."""
    if sum(counts) > most:
        largest = max(range(len(rules)), key=counts.__getitem__)
        raise InputError(
            seen=f"the blocking rules make {sum(counts):,} pairs from {rows:,} records, "
            f"{counts[largest]:,} of them by {name(rules[largest])}",
            expected=f"at most max_candidate_pairs, {most:,}",
            todo=f"add a field to the rule {name(rules[largest])} in `blocking_fields`, "
            "or raise `max_candidate_pairs`",
        )


def make_pairs(
    connection: DuckDBPyConnection,
    rules: list[list[str]],
    table: str = "records",
    *,
    new_rows: int | None = None,
) -> None:
    """Create `candidates` as Splink reads it: each pair once, with the first rule that found it.

    With `new_rows`, only pairs with at least one of the first so many records are made.
    """
    left = table if new_rows is None else f"(from {table} where {ROW} < {new_rows})"
    parts = []
    for place, rule in enumerate(rules):
        seen = [f"coalesce({condition(earlier)}, false)" for earlier in rules[:place]]
        unseen = f"and not ({' or '.join(seen)})" if seen else ""
        parts.append(
            f"""select '{place}' as match_key, l.{ROW} as join_key_l, r.{ROW} as join_key_r
            from {left} l join {table} r on {condition(rule)} and l.{ROW} < r.{ROW} {unseen}"""  # noqa: S608
        )
    connection.execute(f"create or replace table candidates as {' union all '.join(parts)}")
