"""Blocking rules: which pairs of records are compared, counted before they are created."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.kinds.fellegi_sunter.plan import ROW

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FEW_PAIRS = 100_000
"""Compared in a second whatever the number of records."""


def name(rule: list[str]) -> str:
    """The name of a rule: `full_name and date_of_birth`."""
    return " and ".join(rule)


def condition(rule: list[str]) -> str:
    """The SQL condition under which records `l` and `r` are compared."""
    return " and ".join(f'l."{field}" = r."{field}"' for field in rule)


def affordable(rows: int) -> int:
    """The most pairs that a single rule should create: about one per record."""
    return max(FEW_PAIRS, rows)


def count_pairs(
    connection: DuckDBPyConnection, rules: list[list[str]], table: str = "records"
) -> list[int]:
    """Pairs created by each rule alone, computed from its block sizes without a join."""
    counts = []
    for rule in rules:
        sizes = blocks(rule, "count(*)::hugeint as n", table)
        query = f"select coalesce(sum(n * (n - 1) // 2), 0)::bigint from ({sizes})"  # noqa: S608
        counts += [row[0] for row in connection.execute(query).fetchall()]
    return counts


def blocks(rule: list[str], columns: str, table: str = "records") -> str:
    """SQL for the aggregates `columns` per block, the records that agree on a rule's fields."""
    keys = ", ".join(f'"{field}"' for field in rule)
    filled = " and ".join(f'"{field}" is not null' for field in rule)
    return f"select {columns} from {table} where {filled} group by {keys}"  # noqa: S608


def require_few_pairs(rules: list[list[str]], counts: list[int], most: int, rows: int) -> None:
    """Raise `InputError` if the rules together create more than `most` pairs."""
    if sum(counts) > most:
        largest = max(range(len(rules)), key=counts.__getitem__)
        raise InputError(
            seen=f"the blocking rules create {sum(counts):,} pairs from {rows:,} records, "
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
    """Create the table `candidates` for Splink: each pair once, with the first rule that found it.

    With `new_rows`, only pairs with at least one of the first `new_rows` records are created. The
    rules run one after another, so that only one needs memory at a time.
    """
    _hash(connection, rules, table)
    left = "keys" if new_rows is None else f"(from keys where {ROW} < {new_rows})"
    connection.execute(
        "create or replace table candidates "
        "(match_key varchar, join_key_l bigint, join_key_r bigint)"
    )
    for place, rule in enumerate(rules):
        found = [f"coalesce({condition(earlier)}, false)" for earlier in rules[:place]]
        new = f"and not ({' or '.join(found)})" if found else ""
        connection.execute(
            f"""insert into candidates select '{place}', l.{ROW}, r.{ROW}
            from {left} l join keys r on {condition(rule)} and l.{ROW} < r.{ROW} {new}"""  # noqa: S608
        )


def take_few(connection: DuckDBPyConnection, most: int) -> None:
    """Create the table `few`: a deterministic sample of at most `most` of the `candidates`."""
    connection.execute(
        f"""create or replace table few as from candidates
        order by hash(join_key_l, join_key_r), join_key_l, join_key_r limit {most}"""
    )


def _hash(connection: DuckDBPyConnection, rules: list[list[str]], table: str) -> None:
    """Create the table `keys` with 64-bit hashes of the values, which are smaller and join faster.

    A hash collision only causes an unnecessary comparison.
    """
    fields = dict.fromkeys(field for rule in rules for field in rule)
    hashes = [f'if("{field}" is null, null, hash("{field}")) as "{field}"' for field in fields]
    connection.execute(
        f"create or replace table keys as select {ROW}, {', '.join(hashes)} from {table}"  # noqa: S608
    )
