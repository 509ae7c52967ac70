"""People who apply: who they are, and what they can."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from mlops_assets.simulators._resumes.words import (
    FIRST_NAMES,
    SURNAMES,
    skills_of,
    titles_of,
)

STYLES = ("headed", "prose", "terse")


@dataclass(frozen=True)
class Person:
    """Somebody with a field, its skills, and a way to write about them.

    `other_words` is the probability that a skill is said in other words than jobs have.
    """

    gender: str
    first_name: str
    surname: str
    field: str
    title: str
    skills: tuple[str, ...]
    years: float
    gap_months: int
    age_group: str
    style: str
    other_words: float


def person(random: Random, field: str, *, other_words: float) -> Person:
    """A random person of the field. Women have gaps in their career more often than men."""
    gender = "female" if random.random() < 0.47 else "male"
    known = skills_of(field)
    skill = random.betavariate(2.2, 1.8)
    years = round(min(38.0, random.expovariate(1 / 8)), 1)
    has_gap = random.random() < (0.42 if gender == "female" else 0.12)
    return Person(
        gender=gender,
        first_name=random.choice(FIRST_NAMES[gender].split()),
        surname=random.choice(SURNAMES.split()),
        field=field,
        title=random.choice(titles_of(field)),
        skills=tuple(random.sample(known, max(1, round(skill * len(known))))),
        years=years,
        gap_months=random.randint(6, 30) if has_gap else 0,
        age_group="under 35" if years + random.uniform(18, 30) < 35 else "35 and over",
        style=random.choice(STYLES),
        other_words=other_words,
    )
