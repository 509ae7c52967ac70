"""Documentation: the model card, the parameters and the dependencies."""

from __future__ import annotations

from mlops_assets.registry.review.evidence import Evidence, PointOf, point
from mlops_assets.registry.review.records import Point

SECTION = "Documentation"
CARD = ("model_card.html", "model_card.md")


def model_card(it: Evidence) -> Point:
    """The card exists, and people have filled in what no number says."""
    make = point(SECTION, "Model card", "description, owner, intended use and limits are filled in")
    lacking = it.spec.undocumented
    links = it.links(it.registration, *CARD)
    card = it.spec.card
    lines = [
        f"intended use: {card.intended_use or 'not filled in'}",
        f"limits: {card.limits or 'not filled in'}",
        f"ethical considerations: {card.ethical_considerations or 'not filled in'}",
    ]
    if lacking:
        outcome = "FAIL" if it.spec.gates.documentation else "LOOK"
        return make(outcome, f"defs.yaml lacks {', '.join(lacking)}", lines, links)
    if not links:
        return make("LOOK", "filled in; the run that wrote the card is gone", lines)
    return make("PASS", "filled in", lines, links)


def parameters(it: Evidence) -> Point:
    """The parameters of the fit, and why they were chosen."""
    make = point(SECTION, "Training parameters", "recorded, and the choice is explained")
    lines = [f"{name}: {value}" for name, value in sorted(it.facts.params.items())]
    why = it.spec.card.parameters
    if not lines:
        return make("LOOK", "the run of its training is no longer in MLflow")
    outcome = "PASS" if why else "LOOK"
    return make(outcome, why or "not explained: `card: {parameters: …}` in defs.yaml", lines)


def dependencies(it: Evidence) -> Point:
    """The pins stored with the version are what is installed where it will serve."""
    make = point(SECTION, "Dependencies", "the pins of the version are installed here")
    different = [pin for pin in it.pins if not pin.is_same]
    lines = list(map(str, it.pins))
    if not it.pins:
        return make("LOOK", "the version has no pins that could be compared")
    if different:
        return make("FAIL", f"different here: {'; '.join(map(str, different))}", lines)
    return make("PASS", f"all {len(lines)} pins are installed here", lines)


POINTS: tuple[PointOf, ...] = (model_card, parameters, dependencies)
