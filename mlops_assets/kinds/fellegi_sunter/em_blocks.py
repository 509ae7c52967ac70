"""Choose the blocks for expectation maximisation, so that every comparison is learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median_high
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.kinds.fellegi_sunter.comparisons import compared_fields
from mlops_assets.kinds.fellegi_sunter.purity import (
    Agreement,
    Block,
    Facts,
    agreement,
    filled,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.plan import Plan


@dataclass(frozen=True)
class EmBlocks:
    """Blocks to learn on, with their pairs, and those that count the duplicates."""

    pairs: dict[Block, int]
    certain: list[Block]
    """Blocks that are mostly duplicates, from which the prior is estimated."""


def em_blocks(connection: DuckDBPyConnection, plan: Plan, rows: int) -> EmBlocks:
    """Blocks on which most pairs that agree are true duplicates.

    A comparison cannot be learned on a block that contains it, so there are several, and each
    comparison is outside at least one. Raises `InputError` if a comparison has no such block.
    """
    facts = compared_fields(plan)
    certain = filled(connection, _preferred(plan))
    blocks = {it: n for it, n in certain.items() if _learned_on(it, facts)}
    missing = [fact for fact in facts if not _learned(facts[fact], blocks)]
    if not missing:
        return EmBlocks(blocks, list(certain))
    seen = agreement(connection, facts, rows)
    for fact in missing:
        if not _learned(facts[fact], blocks):
            block = _best(seen, fact, facts[fact])
            blocks[block] = seen.pairs(block)
    pure = [block for block in {**certain, **blocks} if block in certain or seen.is_pure(block)]
    return EmBlocks(blocks, pure or [seen.purest()])


def _preferred(plan: Plan) -> list[Block]:
    """Agreement on who somebody is.

    Household fields alone would teach the model what members of a household have in common.
    """
    birth = [plan.date_of_birth] if plan.date_of_birth else []
    shared = plan.household[:1]
    blocks = [[plan.unique_id]] if plan.unique_id else []
    if plan.name and birth:
        blocks.append([plan.name, *birth])
    if shared and not plan.unique_id:
        blocks += [[*shared, *birth]] if birth else []
        blocks += [[*shared, plan.name]] if plan.name else []
    return [tuple(block) for block in blocks]


def _learned_on(block: Block, facts: Facts) -> list[str]:
    return [fact for fact, fields in facts.items() if not set(block) & set(fields)]


def _learned(fields: list[str], blocks: Mapping[Block, int]) -> bool:
    return any(not set(fields) & set(block) for block in blocks)


def _best(seen: Agreement, fact: str, fields: list[str]) -> Block:
    """The purest field, or else the typical two, or else the field that fewest pairs agree on.

    Two fields select records without mistakes, so that one is better. Of the two, the median in
    pairs: fields that depend on each other agree more often than duplicates explain.
    """
    one, two = (
        [block for block in some if not set(block) & set(fields)] for some in (seen.one, seen.two)
    )
    if pure := list(filter(seen.is_pure, one)):
        return max(pure, key=seen.purity)
    if pure := list(filter(seen.is_pure, two)):
        return median_high((seen.pairs(block), block) for block in pure)[1]
    if one:
        return min([*two, *one], key=seen.pairs)
    raise InputError(
        seen=f"no two records agree on anything but {fact}, so its weights cannot be learned",
        expected="for each comparison, some duplicates that agree on another field",
        todo=f"provide more records, or give another field than {fact} a role in `columns`",
    )
