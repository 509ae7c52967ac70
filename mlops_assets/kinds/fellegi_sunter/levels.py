"""Comparison levels, from the strongest agreement to difference, that several fields share."""

from __future__ import annotations

from typing import Any

COUNTED_EDITS = 0.75

Level = dict[str, Any]


def level(condition: str, words: str, **more: Any) -> Level:
    """A level with its SQL condition and what people read."""
    return {"sql_condition": condition, "label_for_charts": words, **more}


def around(name: str, levels: list[Level]) -> list[Level]:
    """The levels of a field, between a missing value and a different one."""
    missing = f'"{name}_l" is null or "{name}_r" is null'
    return [level(missing, "missing", is_null_level=True), *levels, level("ELSE", "different")]


def exact(name: str, **more: Any) -> Level:
    """The same value."""
    return level(f'"{name}_l" = "{name}_r"', "agree exactly", **more)


def similar(name: str, similarity: float) -> str:
    """SQL: a Jaro–Winkler similarity of at least `similarity`, where 1 means equal."""
    return f'jaro_winkler_similarity("{name}_l", "{name}_r") >= {similarity}'


def within(left: str, right: str, edits: int) -> str:
    """SQL: at most `edits` edits apart. Dissimilar values are ruled out first, for speed.

    Two of eight digits wrong leave a Jaro–Winkler similarity of 0.83.
    """
    alike = f"jaro_winkler_similarity({left}, {right}) >= {COUNTED_EDITS}"
    return f"({alike} and damerau_levenshtein({left}, {right}) <= {edits})"


def birth(name: str) -> list[Level]:
    """Levels of a date, written YYYYMMDD."""
    left, right = f'"{name}_l"', f'"{name}_r"'
    swapped = (
        f"left({left}, 4) || substr({left}, 7, 2) || substr({left}, 5, 2) = {right}"  # day, month
    )
    apart = f"abs({_months(left)} - {_months(right)}) <= 12"
    levels = [
        exact(name),
        level(f"{within(left, right, 1)} or {swapped}", "one slip apart"),
        level(f"left({left}, 4) = left({right}, 4)", "same year"),
        level(within(left, right, 2), "two slips apart"),
        level(apart, "within a year"),
    ]
    return around(name, levels)


def _months(date: str) -> str:
    """SQL: the months since the year 0; null if the text does not begin with a year."""
    year, month = f"left({date}, 4)", f"substr({date}, 5, 2)"
    return f"(12 * try_cast({year} as int) + try_cast({month} as int))"


def shared_words(name: str) -> str:
    """SQL: the number of words that both values have."""
    left, right = words(name)
    return f"len(list_intersect({left}, {right}))"


def longer(name: str) -> str:
    """SQL: the number of words of the longer value."""
    left, right = words(name)
    return f"greatest(len({left}), len({right}))"


def words(name: str) -> tuple[str, str]:
    """SQL: the words of both values."""
    return f"""string_split("{name}_l", ' ')""", f"""string_split("{name}_r", ' ')"""


def other_number(name: str) -> str:
    """SQL: both values contain numbers, such as house numbers, and not the same ones."""
    left, right = (f"regexp_extract_all(\"{name}_{side}\", '[0-9]+')" for side in "lr")
    return f"not (list_has_all({left}, {right}) or list_has_all({right}, {left}))"
