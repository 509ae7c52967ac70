"""Splink comparisons: how two records are compared, field by field."""

from __future__ import annotations

from typing import Any

from mlops_assets.kinds.fellegi_sunter.plan import Plan

HOUSEHOLD = "household"
NEAR_NAME, SIMILAR_NAME, SIMILAR_TEXT = 0.93, 0.85, 0.9
"""Jaro–Winkler similarities, where 1 means equal."""
COUNTED_EDITS = 0.75
WORD_LEFT_OUT = 0.6
"""Names below this similarity are not compared word by word, which is slow."""
TYPING_ERRORS = 2
"""Numbers at most this many edits apart are taken for one mistyped number."""

Level = dict[str, Any]


def comparisons(plan: Plan) -> list[dict[str, Any]]:
    """One comparison per fact; the fields that a household shares count as one fact."""
    made = [_comparison(plan.name, _name(plan.name))] if plan.name else []
    if plan.date_of_birth:
        made.append(_comparison(plan.date_of_birth, _birth(plan.date_of_birth)))
    if plan.unique_id:
        made.append(_comparison(plan.unique_id, _number(plan.unique_id)))
    if plan.household:
        made.append(_comparison(HOUSEHOLD, _household(plan)))
    return made + [_comparison(name, _by_role(name, plan.fields[name])) for name in plan.others]


def contradiction(left: str, right: str) -> str:
    """SQL: two ids of equal length that differ by more than typing errors explain."""
    distance = f"damerau_levenshtein({left}, {right})"
    return f"(length({left}) = length({right}) and {distance} > {TYPING_ERRORS})"


def _within(left: str, right: str, edits: int) -> str:
    """SQL: at most `edits` edits apart. Dissimilar values are ruled out first, for speed.

    Two of eight digits wrong leave a Jaro–Winkler similarity of 0.83.
    """
    similar = f"jaro_winkler_similarity({left}, {right}) >= {COUNTED_EDITS}"
    return f"({similar} and damerau_levenshtein({left}, {right}) <= {edits})"


def _comparison(name: str, levels: list[Level]) -> dict[str, Any]:
    return {"output_column_name": name, "comparison_levels": levels}


def _level(condition: str, words: str, **more: Any) -> Level:
    return {"sql_condition": condition, "label_for_charts": words, **more}


def _around(name: str, levels: list[Level]) -> list[Level]:
    missing = f'"{name}_l" is null or "{name}_r" is null'
    return [
        _level(missing, "missing", is_null_level=True),
        *levels,
        _level("ELSE", "different"),
    ]


def _exact(name: str, **more: Any) -> Level:
    return _level(f'"{name}_l" = "{name}_r"', "agree exactly", **more)


def _similar(name: str, similarity: float) -> str:
    return f'jaro_winkler_similarity("{name}_l", "{name}_r") >= {similarity}'


def _name(name: str) -> list[Level]:
    left, right = f"""string_split("{name}_l", ' ')""", f"""string_split("{name}_r", ' ')"""
    levels = [
        _exact(name, tf_adjustment_column=name),
        _level(
            f'length("{name}_l") = length("{name}_r") and list_sort({left}) = list_sort({right})',
            "same words in another order",
        ),
        _level(_similar(name, NEAR_NAME), "nearly agree"),
        _level(_turned(f'"{name}_l"', f'"{name}_r"'), "nearly agree, last word first"),
        _level(
            f"{_similar(name, WORD_LEFT_OUT)} and len({left}) > 1 and len({right}) > 1 and "
            f"(list_has_all({left}, {right}) or list_has_all({right}, {left}))",
            "a word left out",
        ),
        _level(_initial(f'"{name}_l"', f'"{name}_r"'), "an initial"),
        _level(_similar(name, SIMILAR_NAME), "are similar"),
    ]
    return _around(name, levels)


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


def _birth(name: str) -> list[Level]:
    left, right = f'"{name}_l"', f'"{name}_r"'
    swapped = (
        f"left({left}, 4) || substr({left}, 7, 2) || substr({left}, 5, 2) = {right}"  # day, month
    )
    levels = [
        _exact(name),
        _level(f"{_within(left, right, 1)} or {swapped}", "one slip apart"),
        _level(f"left({left}, 4) = left({right}, 4)", "same year"),
        _level(_within(left, right, 2), "two slips apart"),
    ]
    return _around(name, levels)


def _number(name: str) -> list[Level]:
    near = _within(f'"{name}_l"', f'"{name}_r"', TYPING_ERRORS)
    return _around(name, [_exact(name), _level(near, "nearly agree")])


def _household(plan: Plan) -> list[Level]:
    """Levels from the strongest evidence to the weakest; most discriminating fields first."""
    agree = {name: _agrees(name, plan) for name in plan.household}
    missing = " and ".join(f'("{n}_l" is null or "{n}_r" is null)' for n in plan.household)
    first, *rest = plan.household
    levels = [_level(missing, "missing", is_null_level=True)]
    if len(rest) > 1:
        also = " or ".join(agree[name] for name in rest[:-1])
        words = f"same {first} and {' or '.join(rest[:-1])}"
        levels.append(_level(f"{agree[first]} and ({also})", words))
    levels += [_level(agree[name], f"same {name}") for name in plan.household]
    return [*levels, _level("ELSE", "different")]


def _agrees(name: str, plan: Plan) -> str:
    same = f'"{name}_l" = "{name}_r"'
    return f"({same} or {_similar(name, SIMILAR_TEXT)})" if name in plan.worded else same


def _by_role(name: str, role: str) -> list[Level]:
    if role == "text":
        near = _level(_similar(name, SIMILAR_TEXT), "nearly agree")
        return _around(name, [_exact(name, tf_adjustment_column=name), near])
    if role == "date":
        return _birth(name)
    return _around(name, [_exact(name)])
