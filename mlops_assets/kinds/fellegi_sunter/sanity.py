"""Claims that hold of a sane training: what it learned is identity, not household."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlops_assets.core.claim import Claim
from mlops_assets.kinds.fellegi_sunter.model import LinkageModel

MOST_PRIOR = 0.1


def claims(model: LinkageModel) -> list[Claim]:
    """m(exact) above m(different) for names and date of birth, agreement rare, prior possible."""
    return list(_claims(model))


def _claims(model: LinkageModel) -> Iterator[Claim]:
    prior = model.settings["probability_two_random_records_match"]
    yield Claim(
        name="prior_is_possible",
        passed=0 < prior < MOST_PRIOR,
        observed=f"{prior:.3g} of all pairs are duplicates",
        bound=f"above 0 and below {MOST_PRIOR}",
        todo="look whether a field of `person_id`, `names` or `date_of_birth` is a placeholder in "
        "many records, and add it to `defaults`",
    )
    for comparison in model.settings["comparisons"]:
        name, levels = str(comparison["output_column_name"]), _known_levels(comparison)
        yield _says_something(name, levels)
        if name in (model.plan.name, model.plan.date_of_birth):
            yield _learned_identity(name, levels)


def _says_something(name: str, levels: list[dict[str, Any]]) -> Claim:
    exact = levels[0].get("m_probability", 0.0) / levels[0]["u_probability"]
    return Claim(
        name=f"{name}_speaks_for_a_match",
        passed=exact > 1,
        observed=f"agreement on {name} makes a match {exact:.3g} times as likely",
        bound="more than once",
        todo=f"leave {name} out of `columns`, or give more records",
    )


def _learned_identity(name: str, levels: list[dict[str, Any]]) -> Claim:
    exact, other = (levels[place].get("m_probability", 0.0) for place in (0, -1))
    return Claim(
        name=f"{name}_agrees_in_most_duplicates",
        passed=exact > other,
        observed=f"among duplicates {name} agrees in {exact:.2f} and differs in {other:.2f}",
        bound="agreement more often than difference",
        todo="the pairs it learned on are mostly of different people: correct `id_belongs_to`, "
        "`names` and `date_of_birth`",
    )


def _known_levels(comparison: dict[str, Any]) -> list[dict[str, Any]]:
    """The levels but for `missing`; the first is exact agreement and the last difference."""
    return [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
