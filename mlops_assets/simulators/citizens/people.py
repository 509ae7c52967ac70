"""Simulate people in households with true values; only ids that were never issued are missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.simulators.citizens.names import MIDDLE, drawn, first_names, surnames
from mlops_assets.simulators.citizens.places import mobiles, places

if TYPE_CHECKING:
    import numpy as np

Table = dict[str, "np.ndarray"]
# One random stream per purpose, so that an additional draw affects nothing else.
Streams = Callable[[str], "np.random.Generator"]

SIZES = {1: 0.08, 2: 0.12, 3: 0.16, 4: 0.24, 5: 0.19, 6: 0.12, 7: 0.06, 8: 0.03}
MARRIED, OWN_SURNAME, OWN_MOBILE, MIDDLE_NAME, NO_ID = 0.85, 0.06, 0.15, 0.3, 0.06
BORN_BEFORE = date(2025, 1, 1)
# Each day has its own range of ids, so that days never collide. 12 digits, the first at least 2.
IDS_PER_DAY, LEAST_ID, IDS = 10_000_000, 200_000_000_000, 800_000_000_000
# Coprime to the number of ids, so that multiplication only changes the order.
STRIDE = 569_841_326_959


def people(count: int, streams: Streams, *, id_is: str, block: int) -> Table:
    """`count` people: the columns of a citizen without id and date, sorted by household.

    `block` is the number of the day they come from; 0 is the population. `jan_aadhaar` is unique
    per person, or per household with `id_is="family"`. `person` is a random identifier.
    """
    import numpy as np

    household, member = _households(count, streams("household"))
    homes = household[-1] + 1 if count else 0
    random = streams("person")
    child = (member > 1) | ((member == 1) & (random.random(count) > MARRIED))
    gender = _genders(household, child, member, random)
    family = {**places(homes, streams("place")), "mobile": mobiles(homes, streams("mobile"))}
    table = {name: values[household] for name, values in family.items()}
    own = random.random(count) < np.where(child, OWN_MOBILE / 3, OWN_MOBILE)
    table["mobile"][own] = mobiles(int(own.sum()), random)
    table["full_name"] = _full_names(gender, household, streams("name"))
    table["date_of_birth"] = _births(member, child, streams("birth"))
    table["gender"] = gender
    holder, holders = (household, homes) if id_is == "family" else (np.arange(count), count)
    table["jan_aadhaar"] = _ids(holders, block, streams("id"))[holder]
    numbers = streams("opaque").permutation(count).tolist()
    table["person"] = np.array([f"P{block}-{number:07d}" for number in numbers], dtype=object)
    return table


def _households(count: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The household number of each person, and the position in it: 0 is its head."""
    import numpy as np

    sizes = random.choice(list(SIZES), count, p=list(SIZES.values()))
    household = np.repeat(np.arange(count), sizes)[:count]
    first = np.cumsum(sizes) - sizes
    return household, np.arange(count) - first[household]


def _genders(
    household: np.ndarray, child: np.ndarray, member: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """M or F: four heads in five are men, spouses differ, children are either."""
    import numpy as np

    male = random.random(len(member)) < np.where(member == 0, 0.8, 0.52)
    spouse = (member == 1) & ~child
    male[spouse] = ~male[np.flatnonzero(spouse) - 1]
    return np.where(male, "M", "F").astype(object)


def _full_names(
    gender: np.ndarray, household: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """First name, often a middle name, and a surname, which most of a household share."""
    count = len(gender)
    homes = household[-1] + 1 if count else 0
    surname = drawn(surnames(), homes, random)[household]
    own = random.random(count) < OWN_SURNAME
    surname[own] = drawn(surnames(), int(own.sum()), random)
    middle = " " + _named(gender, {it: names.split() for it, names in MIDDLE.items()}, random)
    middle[random.random(count) >= MIDDLE_NAME] = ""
    return _first_names(gender, household, random) + middle + " " + surname


def _first_names(
    gender: np.ndarray, household: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """First names that are unique within each household."""
    import pandas as pd

    names = {letter: first_names(letter) for letter in ("M", "F")}
    first = _named(gender, names, random)
    while (same := pd.DataFrame({0: household, 1: first}).duplicated().to_numpy()).any():
        first[same] = _named(gender[same], names, random)
    return first


def _named(
    gender: np.ndarray, names: dict[str, list[str]], random: np.random.Generator
) -> np.ndarray:
    """Draw a name of their gender for each person."""
    import numpy as np

    chosen = np.empty(len(gender), dtype=object)
    for letter, theirs in names.items():
        chosen[gender == letter] = drawn(theirs, int((gender == letter).sum()), random)
    return chosen


def _births(member: np.ndarray, child: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Dates of birth, datetime64[D]: spouses of similar age, children a generation younger."""
    import numpy as np

    count = len(member)
    head = random.normal(46, 13, count)
    # Impossible ages are drawn again, because clipped ones would share one date of birth.
    head = np.where((head < 22) | (head > 90), random.uniform(22, 80, count), head)
    head = head[np.arange(count) - member]
    younger = np.where(child, random.uniform(20, 36, count), random.normal(3, 4, count))
    age = np.where(member == 0, head, head - younger)
    young = age < np.where(child, 0, 18)
    new = np.where(child, random.uniform(0, 12, count), random.uniform(18, 30, count))
    age = np.where(young, new, age)
    return np.datetime64(BORN_BEFORE) - (1 + age * 365.25).astype("timedelta64[D]")


def _ids(count: int, block: int, random: np.random.Generator) -> np.ndarray:
    """`count` unique ids of 12 digits as text, None for those who never got one."""
    import numpy as np

    # Python integers, because the product exceeds 64 bits.
    numbers = (np.arange(count) + block * IDS_PER_DAY).tolist()
    ids = np.array([str(LEAST_ID + number * STRIDE % IDS) for number in numbers], dtype=object)
    ids[random.random(count) < NO_ID] = None
    return ids
