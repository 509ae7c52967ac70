"""Splink comparisons: how two records are compared, field by field."""

from __future__ import annotations

from typing import Any

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
from mlops_assets.kinds.fellegi_sunter.plan import Plan
from mlops_assets.kinds.fellegi_sunter.text_levels import by_shape

HOUSEHOLD = "household"
NEAR_NAME, SIMILAR_NAME, SIMILAR_TEXT = 0.93, 0.85, 0.9
"""Jaro–Winkler similarities, where 1 means equal."""
WORD_LEFT_OUT = 0.6
"""Names below this similarity are not compared word by word, which is slow."""
TYPING_ERRORS = 2
"""Numbers at most this many edits apart are taken for one mistyped number."""


def comparisons(plan: Plan) -> list[dict[str, Any]]:
    """One comparison per fact; the fields that a household shares count as one fact."""
    made = [_comparison(plan.name, _name(plan.name))] if plan.name else []
    if plan.date_of_birth:
        made.append(_comparison(plan.date_of_birth, birth(plan.date_of_birth)))
    if plan.unique_id:
        made.append(_comparison(plan.unique_id, _number(plan.unique_id)))
    if plan.household:
        made.append(_comparison(HOUSEHOLD, _household(plan)))
    return made + [_comparison(name, _other(plan, name)) for name in plan.others]


def compared_fields(plan: Plan) -> dict[str, list[str]]:
    """The fields that each comparison reads, by the name of the comparison."""
    own = [name for name in (plan.name, plan.date_of_birth, plan.unique_id) if name]
    household = {HOUSEHOLD: plan.household} if plan.household else {}
    return {name: [name] for name in own} | household | {name: [name] for name in plan.others}


def contradiction(left: str, right: str) -> str:
    """SQL: two ids of equal length that differ by more than typing errors explain."""
    distance = f"damerau_levenshtein({left}, {right})"
    return f"(length({left}) = length({right}) and {distance} > {TYPING_ERRORS})"


def _comparison(name: str, levels: list[Level]) -> dict[str, Any]:
    return {"output_column_name": name, "comparison_levels": levels}


def _name(name: str) -> list[Level]:
    left, right = words(name)
    shared = f"{similar(name, WORD_LEFT_OUT)} and len({left}) > 1 and len({right}) > 1"
    half = f"{shared_words(name)} > 1 and 2 * {shared_words(name)} >= {longer(name)}"
    several = f"{longer(name)} > 2"  # two people of one family share one word of two
    levels = [
        exact(name, tf_adjustment_column=name),
        level(
            f'length("{name}_l") = length("{name}_r") and list_sort({left}) = list_sort({right})',
            "same words in another order",
        ),
        level(similar(name, NEAR_NAME), "nearly agree"),
        level(_turned(f'"{name}_l"', f'"{name}_r"'), "nearly agree, last word first"),
        level(
            f"{shared} and (list_has_all({left}, {right}) or list_has_all({right}, {left}))",
            "a word left out",
        ),
        level(_initial(f'"{name}_l"', f'"{name}_r"'), "an initial"),
        level(f"{several} and {shared} and {half}", "half of the words agree"),
        level(similar(name, SIMILAR_NAME), "are similar"),
    ]
    return around(name, levels)


def _turned(left: str, right: str) -> str:
    """SQL: nearly equal once the last word is moved to the front; initials filter most pairs."""
    turned = f"regexp_replace({right}, '^(.*) (.*)$', '\\2 \\1')"
    return (
        f"left({left}, 1) = left(split_part({right}, ' ', -1), 1) "
        f"and jaro_winkler_similarity({left}, {turned}) >= {NEAR_NAME}"
    )


def _initial(left: str, right: str) -> str:
    """SQL: the last words agree, and one first word is the initial of the other."""
    first = [f"split_part({side}, ' ', 1)" for side in (left, right)]
    last = [f"split_part({side}, ' ', -1)" for side in (left, right)]
    return (
        f"left({left}, 1) = left({right}, 1) and least(length({first[0]}), length({first[1]})) = 1 "
        f"and {last[0]} = {last[1]} and {first[0]} <> {last[0]}"
    )


def _number(name: str) -> list[Level]:
    near = within(f'"{name}_l"', f'"{name}_r"', TYPING_ERRORS)
    return around(name, [exact(name), level(near, "nearly agree")])


def _household(plan: Plan) -> list[Level]:
    """Levels from the strongest evidence to the weakest; most discriminating fields first."""
    agree = {name: _agrees(name, plan) for name in plan.household}
    missing = " and ".join(f'("{n}_l" is null or "{n}_r" is null)' for n in plan.household)
    first, *rest = plan.household
    levels = [level(missing, "missing", is_null_level=True)]
    if len(rest) > 1:
        also = " or ".join(agree[name] for name in rest[:-1])
        wording = f"same {first} and {' or '.join(rest[:-1])}"
        levels.append(level(f"{agree[first]} and ({also})", wording))
    levels += [level(agree[name], f"same {name}") for name in plan.household]
    return [*levels, level("ELSE", "different")]


def _agrees(name: str, plan: Plan) -> str:
    """SQL: equal, or nearly equal words with the same house number."""
    same = f'"{name}_l" = "{name}_r"'
    if name not in plan.worded:
        return same
    return f"({same} or ({similar(name, SIMILAR_TEXT)} and not {other_number(name)}))"


def _other(plan: Plan, name: str) -> list[Level]:
    role = plan.fields[name]
    if role == "text":
        return by_shape(plan.shapes.get(name, "words"), name)
    if role == "date":
        return birth(name)
    return around(name, [exact(name)])
