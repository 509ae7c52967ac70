"""Claims that hold of a sane training: what it learned is identity, not household."""

from __future__ import annotations

from typing import Any

from mlops_assets.claims import Claim
from mlops_assets.kinds.fellegi_sunter.model import LinkageModel

Levels = list[dict[str, Any]]
MOST_PRIOR = 0.1


def claims(model: LinkageModel) -> list[Claim]:
    """The claims that `CLAIMS` describes of what a model has learned."""
    levels = {
        str(comparison["output_column_name"]): _known_levels(comparison)
        for comparison in model.settings["comparisons"]
    }
    own = [name for name in (model.plan.name, model.plan.date_of_birth) if name in levels]
    prior = model.settings["probability_two_random_records_match"]
    return [
        _prior_is_possible(prior),
        _agreement_speaks_for_a_match(levels),
        _duplicates_agree_on_who_they_are({name: levels[name] for name in own}),
    ]


def _prior_is_possible(prior: float) -> Claim:
    return Claim(
        name="prior_is_possible",
        passed=0 < prior < MOST_PRIOR,
        observed=f"{prior:.3g} of all pairs are duplicates",
        bound=f"above 0 and below {MOST_PRIOR}",
        todo="look whether a field of `person_id`, `names` or `date_of_birth` is a placeholder in "
        "many records, and add it to `defaults`",
    )


def _agreement_speaks_for_a_match(levels: dict[str, Levels]) -> Claim:
    """M / u of exact agreement, the Bayes factor, for the comparison that says least."""
    factors = {
        name: exact.get("m_probability", 0.0) / exact["u_probability"]
        for name, (exact, *_) in levels.items()
    }
    name = min(factors, key=factors.__getitem__)
    return Claim(
        name="agreement_speaks_for_a_match",
        passed=factors[name] > 1,
        observed=f"least of all {name}: it makes a match {factors[name]:.3g} times as likely",
        bound="more than once",
        todo=f"leave {name} out of `columns`, or give more records",
    )


def _duplicates_agree_on_who_they_are(levels: dict[str, Levels]) -> Claim:
    """M of exact agreement above m of difference, for the field where it is closest."""
    m = {
        name: [levels[name][place].get("m_probability", 0.0) for place in (0, -1)]
        for name in levels
    }
    name = min(m, key=lambda it: m[it][0] - m[it][1], default="")
    exact, other = m.get(name, (1.0, 0.0))
    return Claim(
        name="duplicates_agree_on_who_they_are",
        passed=exact > other,
        observed=f"among duplicates {name} agrees in {exact:.2f} and differs in {other:.2f}"
        if name
        else "no name and no date of birth to look at",
        bound="agreement more often than difference",
        todo="the pairs it learned on are mostly of different people: correct `id_belongs_to`, "
        "`names` and `date_of_birth`",
    )


def _known_levels(comparison: dict[str, Any]) -> Levels:
    """The levels but for `missing`; the first is exact agreement and the last difference."""
    return [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
