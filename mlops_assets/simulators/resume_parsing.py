"""Simulated résumés word by word, each with the tag that a parser is to find.

No person is real. As from scanned or converted files, line breaks are lost now and then, and so are
punctuation and capital letters. The styles, and the tags, are those of `_resumes/writing.py`; the
features of the words those of `features/tokens.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import TYPE_CHECKING

from mlops_assets.features.tokens import token_table
from mlops_assets.simulators._latent import require_possible
from mlops_assets.simulators._resumes.people import person
from mlops_assets.simulators._resumes.words import FIELDS, NEW_FIELD
from mlops_assets.simulators._resumes.writing import Line, resume, text_of

if TYPE_CHECKING:
    import pandas as pd

SHIFTS = ("field", "tag")
OTHER_WORDS = 0.2
NO_BREAK, NO_POINT, NO_CAPITAL = 0.2, 0.15, 0.05
"""Shares of the lines, the punctuation and the words that are converted badly."""


def simulate(
    rows: int,
    *,
    seed: int,
    day: date | None = None,
    shift: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """`rows` words of résumés, with their features and the `tag`; the last résumé may be cut.

    The same seed and day give the same rows, and a larger table begins with the same rows. Ids
    differ between days and between seeds. `shift` adds drift: `{"field": 0.5}` makes half of the
    people of a field that was not there before; `{"tag": 0.1}` gives a tenth of the words the tag
    `other`. Raises `InputError` for another name or a share outside 0 to 1.
    """
    shift = dict(shift or {})
    require_possible(shift, SHIFTS, ())
    label = f"{seed}-{day:%Y%m%d}" if day else f"{seed}-0"
    texts: dict[str, str] = {}
    tags: list[str] = []
    while len(tags) < rows:
        name = f"R{label}-{len(texts):06d}"
        random = Random(name)  # noqa: S311 - a simulation
        lines = _resume(random, shift.get("field", 0.0))
        texts[name] = text_of(lines)
        lost = shift.get("tag", 0.0)
        tags += ["other" if random.random() < lost else tag for line in lines for _, tag in line]
    return token_table(texts).assign(tag=tags).head(rows)


def _resume(random: Random, new: float) -> list[Line]:
    field = NEW_FIELD if random.random() < new else random.choice(sorted(FIELDS))
    return _converted(resume(person(random, field, other_words=OTHER_WORDS), random), random)


def _converted(lines: list[Line], random: Random) -> list[Line]:
    """The lines as a converter leaves them; no line is empty."""
    found: list[Line] = []
    for line in lines:
        kept = [
            (word.lower() if random.random() < NO_CAPITAL else word, tag)
            for word, tag in line
            if any(map(str.isalnum, word)) or random.random() >= NO_POINT
        ]
        if found and random.random() < NO_BREAK:
            found[-1] = [*found[-1], *kept]
        else:
            found.append(kept)
    return [line for line in found if line]
