"""Turn texts into a table with one row per word, with features of the word and its neighbours.

For models that tag words, such as the parts of a résumé: what looks like an e-mail address, a phone
number or a year is found by rules, and a classifier learns the rest. Words next to a word are given
as they are only if they are short and in lower case, or punctuation; else by their shape, so that
no name is among the labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
PHONE = re.compile(r"(\+|0)[\d/()-]{2,}\d|\d{4,}")
YEAR = re.compile(r"(19|20)\d\d([-–](19|20)?\d\d)?")
AROUND = re.compile(r"""([(\["'“„]*)(.*?)([,;!?)\]"'”]*)""")
"""A word, with the punctuation that is written next to it without a space."""
SECTIONS = {
    "skills": ("skill", "competenc", "what i can do"),
    "work": ("experience", "employment", "career"),
    "school": ("education", "training"),
}
"""Beginnings of words that make a short line without punctuation a heading."""
LONGEST_HEADING, LONGEST_WORD = 4, 4
START, END = "start", "end"


class Entity(NamedTuple):
    """Words of one tag in a row."""

    text_id: str
    tag: str
    text: str


def token_table(texts: Mapping[str, str]) -> pd.DataFrame:
    """A row per word or punctuation mark: `word_id`, `text_id`, `word`, and its features.

    Numbers: `position` (a line break counts as one), `line`, `place` and `words` in the line.
    1 or 0: `is_email`, `is_phone`, `is_year`, `is_heading`. Labels: `shape`, the `section` by the
    last heading, and two words on either side: `before`, `before_2`, `after`, `after_2`.
    """
    import pandas as pd

    rows = [row for name, text in texts.items() for row in _rows(name, text)]
    return pd.DataFrame(rows)


def entities(table: pd.DataFrame, tags: Sequence[str], other: str = "other") -> list[Entity]:
    """The words of each tag that stand next to each other in a line, without those of `other`."""
    found: list[Entity] = []
    last = None
    for name, position, word, tag in zip(
        table["text_id"], table["position"], table["word"], tags, strict=True
    ):
        if tag != other:
            if last == (name, position - 1, tag):
                found[-1] = found[-1]._replace(text=f"{found[-1].text} {word}")
            else:
                found.append(Entity(name, tag, word))
        last = (name, position, tag)
    return found


def _rows(name: str, text: str) -> Iterable[dict]:
    section, position = START, 0
    for number, line in enumerate(text.split("\n")):
        words = _words(line)
        heading = _section(words)
        section = heading or section
        near = [START, START, *map(_neighbour, words), END, END]
        for place, word in enumerate(words):
            yield {
                "word_id": f"{name}-{position}",
                "text_id": name,
                "word": word,
                "position": position,
                "line": number,
                "place": place,
                "words": len(words),
                "is_email": _flag(EMAIL.fullmatch(word)),
                "is_phone": _flag(PHONE.fullmatch(word)),
                "is_year": _flag(YEAR.fullmatch(word)),
                "is_heading": _flag(heading),
                "shape": _shape(word),
                "section": section,
                "before": near[place + 1],
                "before_2": near[place],
                "after": near[place + 3],
                "after_2": near[place + 4],
            }
            position += 1
        position += 1


def _words(line: str) -> list[str]:
    """Words and punctuation; a point is divided from its word at the end of the line only."""
    spaced = re.sub(r"(?<!\s)\.\s*$", " .", line)
    parts = (AROUND.fullmatch(it) for it in spaced.split())
    return [it for part in parts if part for it in (*part[1], part[2], *part[3]) if it]


def _flag(found: object) -> int:
    return int(bool(found))


def _section(words: list[str]) -> str:
    """The section that the line is the heading of; "" for any other line."""
    line = " ".join(words).lower()
    if len(words) > LONGEST_HEADING or not re.fullmatch(r"[\w ]+", line):
        return ""
    found = (name for name, starts in SECTIONS.items() if any(it in line for it in starts))
    return next(found, "")


def _shape(word: str) -> str:
    """Letters as x and X, digits as 0, each run once: `Xx`, `0/0`."""
    plain = re.sub(r"[^\W\d_]", lambda it: "X" if it[0].isupper() else "x", word)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"\d", "0", plain))[:8]


def _neighbour(word: str) -> str:
    is_plain = (
        len(word) <= LONGEST_WORD and word == word.lower() and not any(map(str.isdigit, word))
    )
    return word if is_plain else _shape(word)
