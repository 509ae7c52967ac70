"""Write a résumé in one of several styles, as words that each have a tag.

The tags are what a parser is to find: `section` for a heading, `name`, `email`, `phone`, `title`,
`employer`, `school`, `degree`, `date` and `skill`; `other` for all else.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from mlops_assets.simulators._resumes.people import Person
from mlops_assets.simulators._resumes.words import (
    CITIES,
    DEGREES,
    EMPLOYERS,
    OTHER_WORDS,
    PERKS,
    SCHOOLS,
    TASKS,
)

Line = list[tuple[str, str]]
"""Words and their tags."""
HEADINGS = {
    "skills": ("Skills", "Key Skills", "What I can do", "Competences"),
    "work": ("Work Experience", "Employment", "Career"),
    "school": ("Education", "Training"),
}


def resume(of: Person, random: Random) -> list[Line]:
    """The lines of a résumé."""
    work = [_job(of, random, place) for place in range(1 + int(of.years > 4) + int(of.years > 12))]
    school = tagged(random.choice(DEGREES.split(";")), "degree")
    school += _plain(random.choice(["at", ",", "–"]))
    school += tagged(random.choice(SCHOOLS.split(";")), "school")
    skills = [_skill(it, of, random) for it in of.skills]
    body = {"headed": _headed, "prose": _prose, "terse": _terse}[of.style]
    return [*_contact(of, random), *body(of, skills, work, school, random)]


def job_text(title: str, skills: Iterable[str], random: Random) -> str:
    """The text of a vacancy that asks for the skills."""
    asked = ", ".join(skills)
    begin = random.choice(["We are looking for a", "To strengthen our team: a", "Vacancy:"])
    bring = random.choice(["You bring", "Required:", "What we expect from you:"])
    perks = " ".join(random.sample(PERKS, 2)).format(n=random.randint(5, 900), city=_city(random))
    return f"{begin} {title}. {bring} {asked}. {perks}"


def text_of(lines: Iterable[Line]) -> str:
    """The lines as text."""
    return "\n".join(" ".join(word for word, _ in line) for line in lines)


def tagged(text: str, tag: str) -> Line:
    """Every word of the text with the tag."""
    return [(word, tag) for word in text.split()]


def _plain(text: str) -> Line:
    return tagged(text, "other")


def _skill(skill: str, of: Person, random: Random) -> Line:
    said = OTHER_WORDS.get(skill, skill) if random.random() < of.other_words else skill
    return tagged(said, "skill")


def _contact(of: Person, random: Random) -> list[Line]:
    name = tagged(f"{of.first_name} {of.surname}", "name")
    first, last = of.first_name.lower(), of.surname.lower()
    email = random.choice(
        [f"{first}.{last}@example.org", f"{last}{random.randint(1, 99)}@example.com"]
    )
    number = f"{random.randint(200, 999)} {random.randint(10_000, 9_999_999)}"
    phone = random.choice([f"+49 {number}", f"0{number.replace(' ', '/')}", f"0{number}"])
    contact = [*tagged(email, "email"), *_plain("|"), *tagged(phone, "phone")]
    if of.style == "terse":
        return [[*name, *_plain(","), *_plain(_city(random)), *_plain(","), *contact]]
    return [
        name,
        [*_plain(random.choice(["Contact:", "Address:"])), *_plain(_city(random)), *contact],
    ]


def _job(of: Person, random: Random, place: int) -> Line:
    end = 2026 - 5 * place - random.randint(0, 2)
    begin = end - random.randint(1, 4)
    task = random.choice(TASKS).format(n=random.randint(2, 12))
    dates = tagged(random.choice([f"{begin} – {end}", f"{begin}-{end}"]), "date")
    employer = tagged(random.choice(EMPLOYERS.split(";")), "employer")
    at = _plain(random.choice(["at", ",", "with"]))
    return [
        *dates,
        *_plain(":"),
        *tagged(of.title, "title"),
        *at,
        *employer,
        *_plain(f"; {task} ."),
    ]


def _listed(skills: list[Line], between: str) -> Line:
    found = [*skills[0]]
    for it in skills[1:]:
        found += [*_plain(between), *it]
    return found


def _headed(
    of: Person, skills: list[Line], work: list[Line], school: Line, random: Random
) -> list[Line]:
    def heading(name: str) -> Line:
        return tagged(random.choice(HEADINGS[name]), "section")

    parts = [
        [heading("skills"), _listed(skills, random.choice([",", "·", "/"]))],
        [heading("work"), *work],
        [heading("school"), school],
    ]
    random.shuffle(parts)
    return [line for part in parts for line in part]


def _prose(
    of: Person, skills: list[Line], work: list[Line], school: Line, random: Random
) -> list[Line]:
    begin = _plain(f"I have worked for {of.years:.0f} years as a")
    can = _plain(random.choice(["My strengths are", "I am experienced in", "I know"]))
    return [
        [*begin, *tagged(of.title, "title"), *_plain(".")],
        [*can, *_listed(skills, "and" if len(skills) < 4 else ","), *_plain(".")],
        *work,
        [*_plain("I hold a"), *school, *_plain(".")],
    ]


def _terse(
    of: Person, skills: list[Line], work: list[Line], school: Line, random: Random
) -> list[Line]:
    return [[*tagged(of.title, "title"), *_plain(";"), *_listed(skills, ";")], work[0], school]


def _city(random: Random) -> str:
    return random.choice(CITIES.split())
