"""Who registers, how often and when, and the two tables that come of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.simulators.citizens.records import worn

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlops_assets.simulators.citizens.people import Streams, Table

# Of 15 duplicate records: 5.2 of people with one, 2 x 3.4 of people with two, 3 x 1 with three.
WITH_TWO, WITH_THREE, MOST_COPIES = 3.4 / 15, 1 / 15, 3
MOST_DUPLICATES = 0.5
COLUMNS = ("jan_aadhaar", "full_name", "date_of_birth", "gender", "mobile", "address", "district")
COLUMNS += ("pincode", "registered_on")


def duplicates_among(rows: int, share: float) -> int:
    """How many of `rows` records are duplicates. Raises `InputError` above a half."""
    if not 0 <= share <= MOST_DUPLICATES:
        raise InputError(
            seen=f"{share} of the records are to be duplicates",
            expected=f"a share from 0 to {MOST_DUPLICATES}",
            todo="correct `duplicates`",
        )
    return round(rows * share)


def copies(people: int, again: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """For each record the number of its person, and which record of the person it is, from 0."""
    import numpy as np

    three, two = round(again * WITH_THREE), round(again * WITH_TWO)
    counts = np.repeat([3, 2, 1], [three, two, again - 3 * three - 2 * two])
    times = np.ones(people, dtype="int64")
    times[random.choice(people, len(counts), replace=False)] += counts
    person = np.repeat(np.arange(people), times)
    return person, np.arange(len(person)) - (np.cumsum(times) - times)[person]


def days(
    person: np.ndarray, copy: np.ndarray, since: date, until: date, random: np.random.Generator
) -> np.ndarray:
    """datetime64[D] evenly from `since` to `until`; each duplicate later than the one before it."""
    import numpy as np

    span = (until - since).days + 1 - MOST_COPIES
    if span < 1:
        raise InputError(
            seen=f"citizens are to register from {since} to {until}",
            expected=f"at least {MOST_COPIES + 1} days, for those who do so again",
            todo="correct `since` or `until`",
        )
    drawn = random.integers(0, span, len(person))
    return np.datetime64(since) + drawn[np.lexsort((drawn, person))] + copy


def written(
    table: Table, duplicate: np.ndarray, registered_on: np.ndarray, streams: Streams, label: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The citizens and the truth, in one order that chance made; ids are given in that order."""
    import pandas as pd

    mixed = streams("order").permutation(len(duplicate))
    records = worn(table, duplicate, streams) | {"registered_on": registered_on}
    ids = [f"{label}-{number:07d}" for number in range(1, len(mixed) + 1)]
    citizens = pd.DataFrame({"citizen_id": ids} | {name: records[name][mixed] for name in COLUMNS})
    dates = ["date_of_birth", "registered_on"]
    citizens[dates] = citizens[dates].astype("datetime64[ns]")
    ground_truth = {"person": table["person"][mixed], "true_full_name": table["full_name"][mixed]}
    return citizens, pd.DataFrame({"citizen_id": ids} | ground_truth)
