"""Simulate registrations: who registers, how often and when, and the resulting tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.simulators.citizens.records import worn

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlops_assets.simulators.citizens.people import Streams, Table

# Of 15 duplicates, 5.2 belong to people with one, 2 x 3.4 to people with two, 3 x 1 with three.
WITH_TWO, WITH_THREE, MOST_COPIES = 3.4 / 15, 1 / 15, 3
MOST_DUPLICATES = 0.5
COLUMNS = ("jan_aadhaar", "full_name", "date_of_birth", "gender", "mobile", "address", "district")
COLUMNS += ("pincode", "registered_on")


def duplicates_among(rows: int, share: float) -> int:
    """The number of duplicates among `rows` records. Raises `InputError` above one half."""
    if not 0 <= share <= MOST_DUPLICATES:
        raise InputError(
            seen=f"a share of duplicates of {share}",
            expected=f"a share from 0 to {MOST_DUPLICATES}",
            todo="correct `duplicates`",
        )
    return round(rows * share)


def copies(people: int, again: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The person number of each record, and its number among the person's records, from 0."""
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
    """Uniform days from `since` to `until`, datetime64[D]; duplicates are in increasing order."""
    import numpy as np

    span = (until - since).days + 1 - MOST_COPIES
    if span < 1:
        raise InputError(
            seen=f"registration from {since} to {until}",
            expected=f"at least {MOST_COPIES + 1} days, because some people register repeatedly",
            todo="correct `since` or `until`",
        )
    drawn = random.integers(0, span, len(person))
    return np.datetime64(since) + drawn[np.lexsort((drawn, person))] + copy


def written(
    table: Table, duplicate: np.ndarray, registered_on: np.ndarray, streams: Streams, label: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The citizens and the ground truth, in the same random order, which the ids follow."""
    import pandas as pd

    mixed = streams("order").permutation(len(duplicate))
    records = worn(table, duplicate, streams) | {"registered_on": registered_on}
    ids = [f"{label}-{number:07d}" for number in range(1, len(mixed) + 1)]
    citizens = pd.DataFrame({"citizen_id": ids} | {name: records[name][mixed] for name in COLUMNS})
    dates = ["date_of_birth", "registered_on"]
    citizens[dates] = citizens[dates].astype("datetime64[ns]")
    ground_truth = {"person": table["person"][mixed], "true_full_name": table["full_name"][mixed]}
    return citizens, pd.DataFrame({"citizen_id": ids} | ground_truth)
