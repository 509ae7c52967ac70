"""What only people can answer: stakeholders, and the questions of defs.yaml."""

from __future__ import annotations

from mlops_assets.registry.review.evidence import Evidence, PointOf, point
from mlops_assets.registry.review.records import Point

SECTION = "People"


def stakeholders(it: Evidence) -> Point:
    """Those that defs.yaml names were consulted."""
    make = point(SECTION, "Stakeholders", "those named in defs.yaml were consulted")
    told = {name.casefold() for name in it.told}
    lacking = [name for name in it.spec.review.stakeholders if name.casefold() not in told]
    seen = f"consulted: {', '.join(it.told) or 'nobody'}"
    if lacking:
        todo = " ".join(f'--stakeholder "{name}"' for name in lacking)
        return make("FAIL", f"{seen}; not yet: {', '.join(lacking)} ({todo})")
    return make("PASS" if it.told else "LOOK", seen)


def questions(it: Evidence) -> Point | None:
    """The questions of defs.yaml."""
    asked = it.spec.review.questions
    make = point(SECTION, "Questions", "each is answered in a note")
    return make("LOOK", f"{len(asked)} to answer", asked) if asked else None


POINTS: tuple[PointOf, ...] = (stakeholders, questions)
