"""The formats that a text with a date may have, by its shape: 28/01/2026 is `%d/%m/%Y`."""

from __future__ import annotations

import re

ISO = "ISO8601"
"""Year, month, day, with or without a time and an offset: 2026-01-31, 2026-01-31T10:00:00Z."""
DAYS = (
    (r"\d{4}(?P<s>[-/.])\d{1,2}(?P=s)\d{1,2}", ("%Y{s}%m{s}%d",)),
    (r"\d{8}", ("%Y%m%d",)),
    (r"\d{1,2}(?P<s>[-/])\d{1,2}(?P=s)\d{4}", ("%d{s}%m{s}%Y", "%m{s}%d{s}%Y")),
    (r"\d{1,2}(?P<s>[. ])\d{1,2}(?P=s)\d{4}", ("%d{s}%m{s}%Y",)),
    (r"\d{1,2}/\d{1,2}/\d{2}", ("%d/%m/%y", "%m/%d/%y")),
    (r"\d{1,2}-\d{1,2}-\d{2}", ("%d-%m-%y", "%m-%d-%y", "%y-%m-%d")),
    (r"\d{1,2}\.\d{1,2}\.\d{2}", ("%d.%m.%y",)),
)
"""Days in digits. With / and - the values decide between day and month; a point is day-first."""
DAY_AND_NAME = re.compile(
    r"(?:(?P<weekday>[a-z]+)(?P<gap>,? ))?\d{1,2}(?P<s>\.? |-|/)(?P<month>[a-z]{3,})(?P<t> |-|/)"
    r"(?P<year>\d{4}|\d{2})",
    re.IGNORECASE,
)
NAME_AND_DAY = re.compile(r"(?P<month>[a-z]{3,}) \d{1,2}(?P<s>,? )\d{4}", re.IGNORECASE)
CLOCK = re.compile(
    r"(?P<gap>T|,? )\d{1,2}:\d{2}(?P<seconds>:\d{2})?(?P<parts>\.\d+)?(?P<half> ?[ap]m)?"
    r"(?P<space> ?)(?P<zone>Z|[+-]\d{2}:?\d{2}|[A-Z]{3,4})?",
    re.IGNORECASE,
)
WHOLE = (
    (r"\d{12}", "%Y%m%d%H%M"),
    (r"\d{14}", "%Y%m%d%H%M%S"),
    (r"[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2} \d{4}", "%a %b %d %H:%M:%S %Y"),
    (r"\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}", "%d/%b/%Y:%H:%M:%S %z"),
)


def formats_of(value: str) -> list[str]:
    """The formats that a text of this shape can have; empty if it has no day or is unusual.

    They are formats of strftime; that the value fits them is still to be tried.
    """
    clock = CLOCK.search(value)
    at = clock.start() if clock and clock.end() == len(value) else len(value)
    days = _days(value[:at])
    time = _clock(clock) if clock and at < len(value) else ""
    whole = [it for shape, it in WHOLE if re.fullmatch(shape, value)]
    return [*(f"{day}{time}" for day in days), *whole]


def _days(day: str) -> list[str]:
    for shape, formats in DAYS:
        if found := re.fullmatch(shape, day):
            return [it.format(**found.groupdict()) for it in formats]
    if found := DAY_AND_NAME.fullmatch(day):
        weekday = f"{_name('%a', found['weekday'])}{found['gap']}" if found["weekday"] else ""
        return [f"{weekday}%d{found['s']}{_name('%b', found['month'])}{found['t']}{_year(found)}"]
    if found := NAME_AND_DAY.fullmatch(day):
        return [f"{_name('%b', found['month'])} %d{found['s']}%Y"]
    return []


def _name(directive: str, word: str) -> str:
    return directive if len(word) == 3 else f"%{directive[-1].upper()}"


def _year(found: re.Match[str]) -> str:
    return "%Y" if len(found["year"]) == 4 else "%y"


def _clock(found: re.Match[str]) -> str:
    hour = "%I:%M" if found["half"] else "%H:%M"
    seconds = (":%S" if found["seconds"] else "") + (".%f" if found["parts"] else "")
    half = found["half"].replace(found["half"].strip(), "%p") if found["half"] else ""
    zone = found["zone"] or ""
    named = "%Z" if len(zone) > 1 and zone.isalpha() else "%z"
    return f"{found['gap']}{hour}{seconds}{half}{found['space']}{zone and named}"
