"""Days along a picture: a long stretch in which nothing happened is cut short."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

LONGEST_GAP, LONGEST = 4, 120
"""Days that a gap is wide at most; days on a picture, counted back from the newest."""
LABEL = 84


class Scale:
    """Where a day is on a picture `width` wide that begins at `left`."""

    def __init__(self, days: Iterable[date], left: float, width: float) -> None:
        known = sorted(set(days))
        places = {known[0]: 0} if known else {}
        for before, day in pairwise(known):
            places[day] = places[before] + min((day - before).days, LONGEST_GAP)
        end = max(places.values(), default=0)
        self.first = max(end - LONGEST, 0)
        self.places = {day: place for day, place in places.items() if place >= self.first}
        self.left, self.width = left, width
        self.step = width / max(end - self.first + 1, 12)

    def __contains__(self, day: date) -> bool:
        return day in self.places

    def x(self, day: date) -> float:
        """The left edge of a day; the picture's own for a day before it."""
        place = self.places.get(day, self.first)
        return round(self.left + (place - self.first) * self.step, 1)

    def middle(self, day: date) -> float:
        """The middle of a day."""
        return round(self.x(day) + self.step / 2, 1)

    @property
    def right(self) -> float:
        """The right edge of the newest day."""
        return self.x(max(self.places)) + self.step if self.places else self.left + self.width

    @property
    def cuts(self) -> list[float]:
        """Where days were left out."""
        known = list(self.places)
        pairs = pairwise(known)
        far = [(a, b) for a, b in pairs if (b - a).days > LONGEST_GAP]
        return [round((self.x(a) + self.step + self.x(b)) / 2, 1) for a, b in far]

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Days to name, as far apart as their names need; the newest is one of them."""
        found: list[tuple[float, str]] = []
        for day in reversed(self.places):
            x = self.middle(day)
            if not found or found[-1][0] - x >= LABEL:
                found.append((x, str(day)))
        return found
