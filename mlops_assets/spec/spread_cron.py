"""Spread the schedules of many models over the hour: `H` in a cron expression, as in Jenkins."""

import hashlib
import re

FIELDS = ((0, 59), (0, 23), (1, 28), (1, 12), (0, 6))
"""First and last value of minute, hour, day of the month, month, day of the week."""
FORM = re.compile(r"^H(?:\((\d+)-(\d+)\))?(?:/(\d+))?$")


def spread(cron: str, name: str) -> str:
    """`cron` with each `H` replaced by a value that always is the same for `name`.

    `H` is any value of the field, `H(0-29)` one of these, `H/15` every 15 from such a value on.
    `H 2 * * *` is a minute between 02:00 and 02:59. Other fields stay as they are. Raises
    `ValueError` for values outside the field, or a step that is not shorter than it.
    """
    fields = cron.split(" ")
    return " ".join(
        _value(text, name, place) if text.startswith("H") else text
        for place, text in enumerate(fields)
    )


def _value(text: str, name: str, place: int) -> str:
    first, last = FIELDS[place]
    if not (form := FORM.match(text)):
        raise ValueError(f"{text!r} is not H, H(0-29) or H/15")
    low, high = int(form[1] or first), int(form[2] or last)
    step = int(form[3] or 0)
    if not first <= low <= high <= last or (form[3] and not 1 <= step <= high - low):
        raise ValueError(f"{text!r} is not within {first}-{last}")
    drawn = int.from_bytes(hashlib.sha256(f"{place} {name}".encode()).digest()[:8], "big")
    if step:
        return f"{low + drawn % step}-{high}/{step}"
    return str(low + drawn % (high - low + 1))
