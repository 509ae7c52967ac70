"""How many pairs of a block are duplicates, estimated from how fields agree together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product
from statistics import median
from typing import TYPE_CHECKING

from mlops_assets.kinds.fellegi_sunter.blocking import count_pairs

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Block = tuple[str, ...]
Facts = Mapping[str, list[str]]
"""The fields of each comparison."""


PURE_FIELD, PURE_PAIR = 1 / 3, 1 / 2
"""Least purity. That of a field is lower, because not all duplicates agree on another field."""


def filled(connection: DuckDBPyConnection, blocks: list[Block]) -> dict[Block, int]:
    """The blocks that have pairs, with their pairs."""
    counts = count_pairs(connection, [list(block) for block in blocks])
    return {block: count for block, count in zip(blocks, counts, strict=True) if count}


@dataclass(frozen=True)
class Agreement:
    """Pairs that agree on one field, and on two fields of different comparisons."""

    one: dict[Block, int]
    two: dict[Block, int]
    everything: float
    """All pairs of records."""

    def purity(self, block: Block) -> float:
        """About the least share of duplicates among the pairs of a block; 1 is all of them.

        Of a field: the median, over the other fields, of the share that agrees on them as well and
        not by chance. Fields that depend on each other, such as town and postcode, would deceive a
        mean or a maximum. Of two fields: the share that does not agree by chance.
        """
        if len(block) == 2:
            return 1 - self._by_chance(block) / self.two[block]
        pairs = [two for two in self.two if block[0] in two]
        more = [self.two[two] - self._by_chance(two) for two in pairs]
        return median(more) / self.one[block] if more else 0.0

    def is_pure(self, block: Block) -> bool:
        """Whether most pairs of the block are probably duplicates."""
        return self.purity(block) >= (PURE_FIELD if len(block) == 1 else PURE_PAIR)

    def purest(self) -> Block:
        """The block of two fields, or else of one, with the highest purity."""
        return max(self.two or self.one, key=self.purity)

    def pairs(self, block: Block) -> int:
        """How many pairs agree on the block."""
        return self.one[block] if len(block) == 1 else self.two[block]

    def _by_chance(self, block: Block) -> float:
        left, right = (self.one[(field,)] for field in block)
        return left * right / self.everything


def agreement(connection: DuckDBPyConnection, facts: Facts, rows: int) -> Agreement:
    """Count the pairs for all fields of the comparisons."""
    one = filled(connection, [(name,) for fields in facts.values() for name in fields])
    two = [
        both
        for left, right in combinations(facts.values(), 2)
        for both in product(left, right)
        if all((name,) in one for name in both)
    ]
    return Agreement(one, filled(connection, two), rows * (rows - 1) / 2)
