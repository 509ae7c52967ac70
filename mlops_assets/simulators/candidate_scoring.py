"""Simulated applications: a résumé, the job it is for, and whether a recruiter invited the person.

No person is real. Each job has 20 candidates, most of its own field. Who has more of the skills
that the job asks for, and more experience, is invited more often; 12 recruiters differ in how
strict they are and in what they value, and no two look at an application the same way. Skills are
written in other words now and then, by women more often if that is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.simulators._latent import require_possible
from mlops_assets.simulators._resumes.people import Person, person
from mlops_assets.simulators._resumes.words import FIELDS, NEW_FIELD, skills_of, titles_of
from mlops_assets.simulators._resumes.writing import job_text, resume, text_of

if TYPE_CHECKING:
    import pandas as pd

LIST, JOBS, PEOPLE = 20, 3, 30
"""Candidates of a job; jobs of a block, and the people in it, who each apply to two of them."""
OTHER_WORDS = 0.15
STRICTNESS, TASTE, MOOD = 0.8, 1.0, 0.7
RECRUITERS = 12
SHIFTS = ("bias", "wording", "field", "invited")


class Job(NamedTuple):
    """A vacancy, and who decides about it."""

    title: str
    skills: tuple[str, ...]
    text: str
    recruiter: int


def simulate(
    rows: int,
    *,
    seed: int,
    day: date | None = None,
    shift: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """`rows` applications: ids, `resume`, `job`, and `invited` (about 30 % are 1).

    `application_id`, `job_id`, `candidate_id`; the numbers `experience_years` and `gap_months`;
    `gender` and `age_group` to judge a model by. The same seed and day give the same rows, and a
    larger table begins with the same rows. Ids differ between days and between seeds.

    `shift` adds drift and bias. `{"bias": 1.0}`: recruiters invite people with a gap in their
    career less, by that in log odds; more women than men have one. `{"wording": 0.5}`: that share
    of the women writes all skills in other words. `{"field": 0.3}`: that share of the jobs and
    people is of a field that was not there before. `{"invited": 0.3}` inverts 30 % of the outcomes
    (concept drift). Raises `InputError` for another name or a share outside 0 to 1.
    """
    import pandas as pd

    shift = dict(shift or {})
    require_possible(shift, SHIFTS, ("bias",))
    label = f"{seed}-{day:%Y%m%d}" if day else f"{seed}-0"
    found, blocks = [], math.ceil(rows / (LIST * JOBS))
    for block in range(blocks):
        found += _block(label, block, seed, shift)
    table = pd.DataFrame(found[:rows])
    table.insert(0, "application_id", [f"A{label}-{row:07d}" for row in range(rows)])
    return table


def _block(label: str, block: int, seed: int, shift: Mapping[str, float]) -> list[dict]:
    """The applications to the jobs of a block: the first of its people apply to the first job."""
    random = Random(f"{label} block {block}")  # noqa: S311 - a simulation
    fields = random.sample(sorted(FIELDS), 2)
    if random.random() < shift.get("field", 0.0):
        fields[0] = NEW_FIELD
    people = [_person(label, block, number, fields, shift) for number in range(PEOPLE)]
    jobs = [_job(random, fields[0]) for _ in range(JOBS)]
    rows = []
    for number, job in enumerate(jobs):
        for place in range(LIST):
            who = (place + number * PEOPLE // JOBS) % PEOPLE
            of, text = people[who]
            rows.append(
                {
                    "job_id": f"J{label}-{block * JOBS + number:05d}",
                    "candidate_id": f"C{label}-{block * PEOPLE + who:06d}",
                    "resume": text,
                    "job": job.text,
                    "experience_years": of.years,
                    "gap_months": of.gap_months,
                    "gender": of.gender,
                    "age_group": of.age_group,
                    "invited": _invited(of, job, f"{label} {block} {number} {who}", seed, shift),
                }
            )
    return rows


def _person(
    label: str, block: int, number: int, fields: list[str], shift: Mapping[str, float]
) -> tuple[Person, str]:
    random = Random(f"{label} person {block} {number}")  # noqa: S311
    field = fields[0] if random.random() < 0.75 else fields[1]
    writes_otherwise = random.random() < shift.get("wording", 0.0)
    of = person(random, field, other_words=OTHER_WORDS)
    if writes_otherwise and of.gender == "female":
        of = Person(**{**vars(of), "other_words": 1.0})
    return of, text_of(resume(of, random))


def _job(random: Random, field: str) -> Job:
    title = random.choice(titles_of(field))
    skills = tuple(random.sample(skills_of(field), random.randint(4, 7)))
    return Job(title, skills, job_text(title, skills, random), random.randrange(RECRUITERS))


def _invited(of: Person, job: Job, name: str, seed: int, shift: Mapping[str, float]) -> int:
    """What the recruiter of the job decides."""
    recruiter = Random(f"{seed} recruiter {job.recruiter}")  # noqa: S311
    strict, taste = recruiter.gauss(0, STRICTNESS), recruiter.gauss(0, TASTE)
    random = Random(f"{name} decision")  # noqa: S311
    has = len({*job.skills} & {*of.skills}) / len(job.skills)
    logit = -4.0 - strict + 5.5 * has + 0.05 * (1 + taste) * (min(of.years, 20) - 7)
    logit += 0.5 * (of.title == job.title) + MOOD * random.gauss(0, 1)
    logit -= shift.get("bias", 0.0) * (of.gap_months > 0)
    invited = random.random() < 1 / (1 + math.exp(-logit))
    return int(invited ^ (random.random() < shift.get("invited", 0.0)))
