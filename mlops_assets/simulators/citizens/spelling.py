"""Spelling errors: functions of a text and three random numbers in [0, 1)."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase

Draws = Sequence[float]
# A sound, and another way to spell it.
SOUNDS = (
    ("sh", "s"), ("ee", "i"), ("oo", "u"), ("aa", "a"), ("chh", "ch"), ("th", "t"), ("bh", "b"),
    ("dh", "d"), ("kh", "k"), ("gh", "g"), ("ph", "f"), ("v", "w"), ("w", "v"), ("ks", "x"),
    ("z", "j"), ("y", "i"), ("i", "ee"), ("u", "oo"), ("s", "sh"), ("a", "aa"), ("n", "nn"),
)  # fmt: skip
SHORT = (
    ("House Number", "H.No."), ("Plot Number", "Plot"), ("Ward Number", "W.No."), ("Nagar", "Ngr"),
    ("Colony", "Col."), ("Road", "Rd"), ("Mohalla", "Moh."), ("Village", "Vill."), (", ", " "),
)  # fmt: skip


def typo(text: str, draws: Draws) -> str:
    """Insert, delete or replace a letter, or swap two."""
    place, letter = int(draws[0] * (len(text) - 1)), ascii_lowercase[int(draws[1] * 26)]
    before, at, after = text[:place], text[place : place + 1], text[place + 1 :]
    kinds = (before + letter + at + after, before + after, before + letter + after)
    return (*kinds, before + after[:1] + at + after[1:])[int(draws[2] * 4)]


def digit_typo(text: str, draws: Draws) -> str:
    """Replace a digit or swap two; the length stays the same."""
    place = int(draws[0] * (len(text) - 1))
    before, at, after = text[:place], text[place], text[place + 1 :]
    if draws[2] < 0.5:
        return before + after[:1] + at + after[1:]
    return f"{before}{(int(at) + 1 + int(draws[1] * 9)) % 10}{after}"


def phonetic(text: str, draws: Draws) -> str:
    """Spell one sound differently."""
    # The capital at the front stays: `Shyam` becomes `Syam`, not `syam`.
    sounds = [sound for sound in SOUNDS if sound[0] in text.lower()]
    if not sounds:
        return text
    heard, written = sounds[int(draws[0] * len(sounds))]
    place = text.lower().index(heard)
    spelled = text[:place] + written + text[place + len(heard) :]
    return spelled[:1].upper() + spelled[1:] if place == 0 else spelled


def swapped_parts(text: str, draws: Draws) -> str:
    """Move the last part to the front: `Sharma Ramesh`."""
    *rest, last = text.split(" ")
    return " ".join([last, *rest])


def initials(text: str, draws: Draws) -> str:
    """Abbreviate all but the last part to initials: `R K Sharma`."""
    *rest, last = text.split(" ")
    return " ".join([*(part[0] for part in rest), last])


def without_middle(text: str, draws: Draws) -> str:
    """Keep only the first and the last part."""
    parts = text.split(" ")
    return f"{parts[0]} {parts[-1]}"


def abbreviated(text: str, draws: Draws) -> str:
    """Abbreviate common words of an address."""
    for long, short in SHORT if draws[0] < 0.5 else SHORT[:3]:
        text = text.replace(long, short)
    return text
