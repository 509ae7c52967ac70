"""Disjoint sets of records that never contain contradicting ids."""

from __future__ import annotations

from collections.abc import Mapping

from mlops_assets.kinds.fellegi_sunter.comparisons import TYPING_ERRORS


class Groups:
    """A union-find structure: each record starts as its own group; `ids` maps records to ids."""

    def __init__(self, ids: Mapping[int, str]) -> None:
        self._above: dict[int, int] = {}
        self._ids = {record: {its} for record, its in ids.items()}

    def join(self, left: int, right: int) -> bool:
        """Merge the groups of two records unless their ids contradict; return if merged."""
        few, many = sorted((self._of(left), self._of(right)), key=self._distinct)
        if few == many:
            return True
        theirs, others = self._ids.get(few, set()), self._ids.get(many, set())
        if any(contradict(one, other) for one in theirs - others for other in others):
            return False
        self._above[few] = many
        others |= self._ids.pop(few, set())
        return True

    def _distinct(self, group: int) -> int:
        return len(self._ids.get(group, ()))

    def _of(self, record: int) -> int:
        """The record that represents the group, found with path halving."""
        while (above := self._above.get(record)) is not None:
            self._above[record] = record = self._above.get(above, above)
        return record


def contradict(one: str, other: str) -> bool:
    """Whether two ids belong to two people; `comparisons.contradiction` is the same in SQL."""
    return len(one) == len(other) and not _within(one, other, TYPING_ERRORS)


def _within(one: str, other: str, edits: int) -> bool:
    """Whether at most `edits` insertions, deletions, substitutions or swaps separate the two."""
    if one == other:
        return True
    if not edits:
        return False
    while one[:1] == other[:1]:
        one, other = one[1:], other[1:]
    swapped = len(one) > 1 and one[:2] == other[1::-1]
    return (
        _within(one[1:], other[1:], edits - 1)
        or _within(one[1:], other, edits - 1)
        or _within(one, other[1:], edits - 1)
        or (swapped and _within(one[2:], other[2:], edits - 1))
    )
