"""Comparison levels of a text field, by the shape of its values."""

from __future__ import annotations

from mlops_assets.kinds.fellegi_sunter.levels import (
    Level,
    around,
    birth,
    exact,
    level,
    longer,
    other_number,
    shared_words,
    similar,
    within,
    words,
)
from mlops_assets.kinds.fellegi_sunter.shapes import Shape

NEAR, SIMILAR, ALIKE = 0.92, 0.88, 0.7
"""Jaro–Winkler similarities of Splink's own comparisons of names and emails."""


def by_shape(shape: Shape, name: str) -> list[Level]:
    """The levels of a field; rare values count for more when they agree exactly."""
    if shape == "date":
        return birth(name)
    levels = {"email": _email, "number": _number, "word": _word, "words": _words}[shape](name)
    return around(name, [exact(name, tf_adjustment_column=name), *levels])


def _word(name: str) -> list[Level]:
    return [
        level(similar(name, NEAR), "nearly agree"),
        level(similar(name, SIMILAR), "are similar"),
        level(similar(name, ALIKE), "are a little similar"),
    ]


def _number(name: str) -> list[Level]:
    left, right = f'"{name}_l"', f'"{name}_r"'
    return [
        level(within(left, right, 1), "one slip apart"),
        level(within(left, right, 2), "two slips apart"),
    ]


def _email(name: str) -> list[Level]:
    left, right = (f"""split_part("{name}_{side}", '@', 1)""" for side in "lr")
    return [
        level(f"{left} = {right}", "same name before the @"),
        level(similar(name, SIMILAR), "nearly agree"),
        level(
            f"jaro_winkler_similarity({left}, {right}) >= {SIMILAR}", "similar name before the @"
        ),
    ]


def _words(name: str) -> list[Level]:
    """The words of an organisation or an address; another house number is another address."""
    left, right = words(name)
    near, half = similar(name, NEAR), f"2 * {shared_words(name)} >= {longer(name)}"
    subset = f"(list_has_all({left}, {right}) or list_has_all({right}, {left}))"
    return [
        level(f"{near} and not {other_number(name)}", "nearly agree"),
        level(subset, "words left out"),
        level(f"{half} and not {other_number(name)}", "half of the words agree"),
        level(f"{near} or {half}", "agree but for a number"),
        level(similar(name, ALIKE), "are similar"),
    ]
