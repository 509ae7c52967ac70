"""Sanity checks of a training: the model should have learned people, not households."""

from __future__ import annotations

from typing import Any

from mlops_assets.claims import Claim
from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel

Levels = list[dict[str, Any]]
MOST_PRIOR = 0.1
MOST_DIFFERING = 0.5


def claims(model: LinkageModel) -> list[Claim]:
    """The checks described in `CLAIMS`, applied to a trained model."""
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
        todo="check whether many records have a placeholder in `person_id`, `names` or "
        "`date_of_birth`, and add it to `defaults`",
    )


def _agreement_speaks_for_a_match(levels: dict[str, Levels]) -> Claim:
    """Bayes factor (m / u) of exact agreement, for the weakest comparison."""
    factors = {
        name: exact["m_probability"] / exact["u_probability"]
        for name, (exact, *_) in levels.items()
    }
    name = min(factors, key=factors.__getitem__)
    return Claim(
        name="agreement_speaks_for_a_match",
        passed=factors[name] > 1,
        observed=f"weakest is {name}: agreement makes a match {factors[name]:.3g} times as likely",
        bound="more than 1 time as likely",
        todo=f"leave {name} out of `columns`, or provide more records",
    )


def _duplicates_agree_on_who_they_are(levels: dict[str, Levels]) -> Claim:
    """Difference has an m below one half, for the field where it is highest."""
    differing = {name: levels[name][-1]["m_probability"] for name in levels}
    name = max(differing, key=differing.__getitem__, default="")
    return Claim(
        name="duplicates_agree_on_who_they_are",
        passed=differing.get(name, 0.0) < MOST_DIFFERING,
        observed=f"among duplicates, {name} differs in {differing[name]:.2f}"
        if name
        else "no name and no date of birth to check",
        bound=f"below {MOST_DIFFERING}; the rest agrees at least nearly",
        todo="most training pairs are of different people: correct `id_belongs_to`, "
        "`names` and `date_of_birth`",
    )


def _known_levels(comparison: dict[str, Any]) -> Levels:
    """The levels without `missing`; the first is exact agreement and the last is difference."""
    return [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
