"""Sanity checks of a training: the model should have learned people, not households."""

from __future__ import annotations

from math import log2
from typing import Any

from mlops_assets.claims import Claim
from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel
from mlops_assets.kinds.fellegi_sunter.plan import weight

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
        _agreement_on_all_is_a_match(levels, prior, model.plan.match_weight),
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


def _agreement_on_all_is_a_match(levels: dict[str, Levels], prior: float, least: float) -> Claim:
    """Match weight of a pair that agrees exactly in every comparison, on values of usual frequency.

    If even that is no match, only records that share a rare value are ever merged.
    """
    evidence = (
        log2(exact["m_probability"] / exact["u_probability"]) for exact, *_ in levels.values()
    )
    bits = weight(prior) + sum(evidence) if 0 < prior < 1 else 0.0
    return Claim(
        name="agreement_on_all_is_a_match",
        passed=bits >= least,
        observed=f"two records that agree on {', '.join(levels)} have {bits:.1f} bits",
        bound=f"at least {least:.1f} bits, from which records are merged",
        todo="few duplicates will be found: give more fields a role in `columns`, such as an "
        "address or a date of birth, or lower `match_threshold`",
    )


def _known_levels(comparison: dict[str, Any]) -> Levels:
    """The levels without `missing`; the first is exact agreement and the last is difference."""
    return [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
